package deploy_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
	"sender-invitations/handler"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
)

// key is a setting where the stack sets it.
var key = regexp.MustCompile(`(?m)^ +([A-Z][A-Z_]*) += `)

// What the stack configures the function with are the function's settings.
func TestTerraformSettings(t *testing.T) {
	t.Chdir(root)
	text, err := os.ReadFile("deploy/terraform/config.tf")
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	_, _ = settings.Parse(func(name string) string {
		read = append(read, name)
		return ""
	})
	keys := key.FindAllStringSubmatch(string(text), -1)
	if len(keys) < 10 {
		t.Fatalf("only %d settings in config.tf", len(keys))
	}
	for _, key := range keys {
		if !slices.Contains(read, key[1]) {
			t.Errorf("%s is no setting", key[1])
		}
	}
}

// With the stack's own mapping rules an object in the bucket, as Events tells of it, invites the tenancy that it is named
// by.
func TestTerraformRules(t *testing.T) {
	t.Chdir(root)
	rules, err := os.ReadFile("deploy/terraform/rules-objects.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config, err := settings.Parse(func(name string) string {
		return map[string]string{"RULES": string(rules), "RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	_, body, err := delivery.Read(filepath.Join(examples, "events-rule", "delivery-1-approved.json"))
	if err != nil {
		t.Fatal(err)
	}
	nothing := func() (common.ConfigurationProvider, error) { return nil, errors.New("nothing is called") }
	explained, err := handler.New(config, nothing, "", slog.New(slog.DiscardHandler)).
		Explain(events.Delivery{Body: body, CallID: "call"})
	if err != nil || len(explained) != 1 {
		t.Fatal(explained, err)
	}
	if got := explained[0]; got.Err != nil || got.Operation != "create" ||
		!strings.Contains(string(got.Command), `"recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaaacme"`) {
		t.Errorf("%s %s, error %v", got.Operation, got.Command, got.Err)
	}
}
