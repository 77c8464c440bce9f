package schemas_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/handler/command"
	"sender-invitations/handler/rules"
)

func TestRulesOfTheTree(t *testing.T) {
	set := read(t)
	for place, text := range rulesOfTree(t) {
		if err := set.Rules.YAML([]byte(text)); err != nil {
			t.Errorf("%s: %v", place, err)
		}
		if _, err := rules.Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", place, err)
		}
	}
}

// TestRulesNameTheSchema checks that an editor finds the schema of each file of rules.
func TestRulesNameTheSchema(t *testing.T) {
	read(t)
	for place, text := range rulesOfTree(t) {
		if filepath.Ext(place) != ".yaml" {
			continue
		}
		first, _, _ := strings.Cut(text, "\n")
		schema, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
		if file := filepath.Join(filepath.Dir(place), schema); !ok || file != "deploy/rules.schema.json" {
			t.Errorf("%s begins with %q", place, first)
		}
	}
}

// TestRulesFields checks that the schema knows each field of each operation, and which of them a rule must have.
func TestRulesFields(t *testing.T) {
	read(t)
	type object struct {
		Required   []string
		Properties map[string]json.RawMessage
	}
	type fields struct{ Properties map[string]object }
	var schema struct {
		Definitions struct {
			Create, Update, Cancel fields
			Expressions, Literals  object
			NamesTenancy, NamesID  object
		}
	}
	if err := json.Unmarshal([]byte(content(t, "deploy/rules.schema.json")), &schema); err != nil {
		t.Fatal(err)
	}
	known := schema.Definitions
	for _, operation := range command.Operations {
		if !operation.IsCall() || !operation.Writes() {
			continue
		}
		has, ok := map[string]fields{"create": known.Create, "update": known.Update, "cancel": known.Cancel}[operation.Name]
		if !ok {
			t.Errorf("the schema has no operation %s", operation.Name)
		}
		for _, group := range []string{"with", "set"} {
			if got, want := keys(has.Properties[group].Properties), slices.Sorted(slices.Values(operation.Fields())); !slices.Equal(got, want) {
				t.Errorf("%s: under %s the schema has\n%q, the operation takes\n%q", operation.Name, group, got, want)
			}
		}
		required := operation.Required
		if operation.NamesInvitation {
			required = append(slices.Clone(known.NamesID.Required), known.NamesTenancy.Required...)
			if !slices.Equal(required, []string{"senderInvitationId", "recipientTenancyId"}) {
				t.Errorf("%s: the schema requires %q", operation.Name, required)
			}
		} else if !slices.Equal(required, known.NamesTenancy.Required) {
			t.Errorf("%s requires %q, the schema %q", operation.Name, required, known.NamesTenancy.Required)
		}
	}
	if got, want := keys(known.Expressions.Properties), keys(known.Literals.Properties); !slices.Equal(got, want) {
		t.Errorf("expressions\n%q, literals\n%q", got, want)
	}
	var subjects struct{ Items struct{ Enum []string } }
	if err := json.Unmarshal(known.Literals.Properties["subjects"], &subjects); err != nil {
		t.Fatal(err)
	}
	if got, want := sorted(subjects.Items.Enum), sorted(tenantmanagercontrolplane.GetInvitationSubjectEnumStringValues()); !slices.Equal(got, want) {
		t.Errorf("the schema has the subjects %q, the API %q", got, want)
	}
}

func keys[V any](object map[string]V) []string {
	names := []string{}
	for name := range object {
		names = append(names, name)
	}
	return sorted(names)
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

// TestRulesMistakes checks that the schema refuses usual mistakes, and where an editor shows them.
func TestRulesMistakes(t *testing.T) {
	set := read(t)
	const good = "- name: a\n  match: {type: t}\n  operation: create\n  with: {recipientTenancyId: data.x}\n"
	if err := set.Rules.YAML([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for change, place := range map[[2]string]string{
		{"name: a", "nam: a"}:                                                     "'/0'",
		{"name: a", "name: a\n  when: data.x"}:                                    "'/0'",
		{"name: a", "name: a\n  priority: 1"}:                                     "'/0'",
		{"  match: {type: t}\n", ""}:                                              "'/0'",
		{"  operation: create\n", ""}:                                             "'/0'",
		{"operation: create", "operation: delete"}:                                "'/0/operation'",
		{"operation: create", "operation: get"}:                                   "'/0/operation'",
		{"operation: create", "operation: create\n  retry: never"}:                "'/0/retry'",
		{"operation: create", "operation: create\n  wait: data.x"}:                "'/0/wait'",
		{"operation: create", "operation: update\n  wait: true"}:                  "'/0/wait'",
		{"type: t", "types: t"}:                                                   "'/0/match'",
		{"type: t", "source: t"}:                                                  "'/0/match'",
		{"type: t", "type: t, subject: s"}:                                        "'/0/match'",
		{"type: t", "type: [a, b]"}:                                               "'/0/match/type'",
		{"type: t", "type: t, when: true"}:                                        "'/0/match/when'",
		{"recipientTenancyId: data.x", ""}:                                        "'/0'",
		{"recipientTenancyId: data.x", "recipientTenancyID: data.x"}:              "'/0/with'",
		{"recipientTenancyId: data.x", "senderInvitationId: data.x"}:              "'/0/with'",
		{"data.x}", "data.x, displayName: 5}"}:                                    "'/0/with/displayName'",
		{"data.x}", "data.x, displayName: true}"}:                                 "'/0/with/displayName'",
		{"data.x}", "data.x, freeformTags: {origin: signup}}"}:                    "'/0/with/freeformTags'",
		{"data.x}", "data.x, ifMatch: data.etag}"}:                                "'/0/with'",
		{"data.x}", "data.x}\n  set: {subjects: LINK}"}:                           "'/0/set/subjects'",
		{"data.x}", "data.x}\n  set: {subjects: [LINKS]}"}:                        "'/0/set/subjects/0'",
		{"data.x}", "data.x}\n  set: {freeformTags: {seats: 5}}"}:                 "'/0/set/freeformTags/seats'",
		{"data.x}", "data.x}\n  set: {opcRetryToken: x}"}:                         "'/0/set/opcRetryToken'",
		{"with: {recipientTenancyId: data.x}", "set: {recipientTenancyId: acme}"}: "'/0/set/recipientTenancyId'",
		{"- name", "rules:\n- name"}:                                              "''",
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		err := set.Rules.YAML([]byte(text))
		if err == nil || !strings.Contains(err.Error(), "at "+place+":") {
			t.Errorf("the error is not at %s: %v\n%s", place, err, text)
		}
		if _, err := rules.Parse([]byte(text)); err == nil {
			t.Errorf("the function takes\n%s", text)
		}
	}
}
