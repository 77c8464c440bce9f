package events_test

import (
	"strings"
	"testing"

	"sender-invitations/events"
)

// What could be an e-mail address, however it is written, is told as a digest; all else as it is.
func TestPrivate(t *testing.T) {
	for _, text := range []string{"bob@acme.example", "order-7-bob@acme.example", "/invitations/bob%40acme.example", "bob%2540acme.example",
		"bob%252540acme.example", "bob\uff20acme.example", "bob%EF%BC%A0acme.example", "bob%ef%b9%abacme.example", "bob%25EF%25BC%25A0acme.example", "@"} {
		told := events.Private(text)
		if !strings.HasPrefix(told, "sha256:") || len(told) != len("sha256:")+16 || told != events.Private(text) || told == events.Private(text+"x") {
			t.Errorf("%q is told as %q", text, told)
		}
	}
	for _, text := range []string{"", "ocid1.tenancy.oc1..a", "100%", "50%20", "/20230401/senderInvitations", "größer", "%zz"} {
		if told := events.Private(text); told != text {
			t.Errorf("%q is told as %q", text, told)
		}
	}
}
