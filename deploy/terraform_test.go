package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler"
	"sender-invitations/handler/command"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
)

// key matches a setting that the stack sets.
var key = regexp.MustCompile(`(?m)^ +([A-Z][A-Z_]*) += `)

// TestTerraformSettings checks that the stack sets only settings of the function.
func TestTerraformSettings(t *testing.T) {
	t.Chdir(root)
	text, err := os.ReadFile("deploy/terraform/config.tf")
	if err != nil {
		t.Fatal(err)
	}
	known := settings.Names()
	keys := key.FindAllStringSubmatch(string(text), -1)
	if len(keys) < 10 {
		t.Fatalf("only %d settings in config.tf", len(keys))
	}
	for _, key := range keys {
		if !slices.Contains(known, key[1]) {
			t.Errorf("%s is not a setting", key[1])
		}
	}
}

// TestTerraformCommands checks that the stack knows each operation that a delivery can ask for.
func TestTerraformCommands(t *testing.T) {
	t.Chdir(root)
	names := command.Names()
	for file, wanted := range map[string][]string{
		"config.tf":             {`["` + strings.Join(names, `", "`) + `"]`},
		"variables-settings.tf": {"(" + strings.Join(names, "|") + ")", "commands takes " + strings.Join(names, ", ") + ","},
	} {
		text, err := os.ReadFile(filepath.Join("deploy/terraform", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range wanted {
			if !strings.Contains(string(text), list) {
				t.Errorf("%s lacks %s", file, list)
			}
		}
	}
}

// TestTerraformRules checks that, with the stack's rules, the event of an object in the bucket invites the tenancy that the object
// is named after.
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
	explained := handler.Explain(config, events.Delivery{Body: body, CallID: "call", Direct: true})
	if len(explained) != 1 {
		t.Fatal(explained)
	}
	if got := explained[0]; got.Error != nil || got.Operation != "create" ||
		!strings.Contains(string(got.Command), `"recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaaacme"`) {
		t.Errorf("%s %s, error %v", got.Operation, got.Command, got.Error)
	}
}
