package private_test

import (
	"strings"
	"testing"

	"sender-invitations/events/private"
)

// TestPrivate checks that every text that could contain an e-mail address is replaced by a digest, and no other text.
func TestPrivate(t *testing.T) {
	for _, text := range []string{"bob@acme.example", "order-7-bob@acme.example", "/invitations/bob%40acme.example", "bob%2540acme.example",
		"bob%252540acme.example", "bob\uff20acme.example", "bob%EF%BC%A0acme.example", "bob%ef%b9%abacme.example", "bob%25EF%25BC%25A0acme.example", "@"} {
		hidden := private.Text(text)
		if !strings.HasPrefix(hidden, "sha256:") || len(hidden) != len("sha256:")+16 || hidden != private.Text(text) || hidden == private.Text(text+"x") {
			t.Errorf("%q becomes %q", text, hidden)
		}
	}
	for message, wanted := range map[string]string{
		"what is\tbob@acme.example ?": "what is\t" + private.Text("bob@acme.example") + " ?",
		"100% of 50%20 größer\n":      "100% of 50%20 größer\n",
		"":                            "",
	} {
		if hidden := private.Words(message); hidden != wanted {
			t.Errorf("%q becomes %q", message, hidden)
		}
	}
	for _, text := range []string{"", "ocid1.tenancy.oc1..a", "100%", "50%20", "/20230401/senderInvitations", "größer", "%zz"} {
		if hidden := private.Text(text); hidden != text {
			t.Errorf("%q becomes %q", text, hidden)
		}
	}
}
