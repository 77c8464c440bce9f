package delivery_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sender-invitations/internal/delivery"
)

func ExampleRead() {
	header, body, err := delivery.Read("../../testdata/events/notification-text.http")
	fmt.Printf("%s %q %v", header.Get("X-OCI-NS-TopicName"), body, err)
	// Output: signups "The signup service was restarted.\n" <nil>
}

func TestRead(t *testing.T) {
	header, body, err := delivery.Read("../../testdata/events/signup.json")
	if err != nil || len(header) != 0 || len(body) == 0 || body[0] != '{' {
		t.Error(header, string(body), err)
	}
	broken := filepath.Join(t.TempDir(), "broken.http")
	if err := os.WriteFile(broken, []byte("no header\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{broken, "nonexistent.json"} {
		if _, _, err := delivery.Read(file); err == nil {
			t.Error("Read accepts", file)
		}
	}
}
