package private_test

import (
	"strings"
	"testing"

	"sender-invitations/events/private"
)

// TestName checks that only names are returned as they are.
func TestName(t *testing.T) {
	for _, name := range []string{"", "ocid1.onstopic.oc1.iad.aaaa", "signups_1", "cell1.notification.us-ashburn-1.oci.oraclecloud.com", strings.Repeat("a", 255)} {
		if got := private.Name(name); got != name {
			t.Errorf("%q becomes %q", name, got)
		}
	}
	for _, other := range []string{"two words", "a\nb", "bob@acme.example", "größer", `"`, "a/b", strings.Repeat("a", 256)} {
		if got := private.Name(other); !strings.HasPrefix(got, "sha256:") || len(got) != len("sha256:")+16 {
			t.Errorf("%q becomes %q", other, got)
		}
	}
}

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
