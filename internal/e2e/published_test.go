package e2e

import (
	"sync"
	"testing"

	"sender-invitations/internal/schemas"
)

// schemasOnce reads the schemas in deploy once for all tests.
var schemasOnce = sync.OnceValues(func() (schemas.Set, error) { return schemas.Read(root) })

// checkPublished holds every message that the function has sent to a topic or a stream against the schema of result events, also those that
// were refused. Messages that a test sends have no opc-request-id.
func (s *scenario) checkPublished(t testing.TB) {
	t.Helper()
	set, err := schemasOnce()
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range s.oci.Calls() {
		if !tells(call.Path) || call.Header.Get("opc-request-id") == "" {
			continue
		}
		for _, message := range messagesIn(t, call) {
			if err := set.Message(message); err != nil {
				t.Fatal(err) // one is enough: the others would be the same
			}
		}
	}
}
