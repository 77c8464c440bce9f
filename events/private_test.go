package events_test

import (
	"strings"
	"testing"

	"sender-invitations/events"
)

// TestPrivate checks that every text that could contain an e-mail address is replaced by a digest, and no other text.
func TestPrivate(t *testing.T) {
	for _, text := range []string{"bob@acme.example", "order-7-bob@acme.example", "/invitations/bob%40acme.example", "bob%2540acme.example",
		"bob%252540acme.example", "bob\uff20acme.example", "bob%EF%BC%A0acme.example", "bob%ef%b9%abacme.example", "bob%25EF%25BC%25A0acme.example", "@"} {
		private := events.Private(text)
		if !strings.HasPrefix(private, "sha256:") || len(private) != len("sha256:")+16 || private != events.Private(text) || private == events.Private(text+"x") {
			t.Errorf("%q becomes %q", text, private)
		}
	}
	for _, text := range []string{"", "ocid1.tenancy.oc1..a", "100%", "50%20", "/20230401/senderInvitations", "größer", "%zz"} {
		if private := events.Private(text); private != text {
			t.Errorf("%q becomes %q", text, private)
		}
	}
}
