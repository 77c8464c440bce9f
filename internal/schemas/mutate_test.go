package schemas_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"sender-invitations/handler/rules"
)

// contentFaults are parts of the errors of the function about what a JSON Schema cannot say. They are about the content of an expression
// or a literal, or about two members that exclude each other.
var contentFaults = []string{"another rule has the same name", "column ", "the event has no member", "looks like a literal", "is also set under",
	"is an expression, and set takes literals", "is not an OCID", "is not the OCID of a tenancy", "is not one plain e-mail address", "JMESPath"}

// TestRulesAgree changes the rules in the source tree, one member at a time: it is removed, renamed, or has a value of another kind. The
// schema must take what the function takes, and refuse what the function refuses, except for the reasons named here.
func TestRulesAgree(t *testing.T) {
	set := read(t)
	taken, refused := 0, 0
	all := rulesOfTree(t)
	all["every field"] = everyField
	for place, text := range all {
		for change, changed := range mutations(t, text) {
			encoded, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			_, fault := rules.Parse(encoded)
			wrong := set.Rules.JSON(encoded)
			switch {
			case fault == nil && wrong == nil:
				taken++
			case fault != nil && wrong != nil:
				refused++
			case wrong != nil && !strict(change):
				t.Errorf("%s, %s: only the schema refuses %s: %v", place, change, encoded, wrong)
			case fault != nil && !slices.ContainsFunc(contentFaults, func(part string) bool { return strings.Contains(fault.Error(), part) }):
				t.Errorf("%s, %s: only the function refuses %s: %v", place, change, encoded, fault)
			}
		}
	}
	if taken < 200 || refused < 1000 {
		t.Errorf("both take %d and refuse %d", taken, refused)
	}
}

// everyField has each field once as an expression or as a literal.
const everyField = `
- name: create
  match: {type: t, source: /s, when: data.x}
  operation: create
  retry: none
  wait: true
  hold: true
  with: {compartmentId: data.a, recipientTenancyId: data.b, recipientEmailAddress: data.c, opcRetryToken: data.d, opcRequestId: data.e}
  set:
    displayName: Welcome
    subjects: [LINK, GOVERNANCE, EXTENDED_FEATURES]
    features: [one]
    freeformTags: {a: "1", b: "2"}
    definedTags: {n: {a: "1", b: 2, c: true}}
- name: update
  match: {type: t}
  operation: update
  hold: false
  wait: false
  with: {displayName: data.a, freeformTags: data.b, definedTags: data.c}
  set: {senderInvitationId: ocid1.senderinvitation.oc1..a, compartmentId: ocid1.tenancy.oc1..b, ifMatch: e, replaceTags: true, opcRequestId: r, retry: none}
- name: cancel
  match: {type: t}
  operation: cancel
  with: {retry: data.a, hold: data.b, wait: data.c, ifMatch: data.d}
  set: {recipientTenancyId: ocid1.tenancy.oc1..a, opcRequestId: ""}
- name: again
  match: {type: t}
  operation: create
  set: {recipientTenancyId: ocid1.tenancy.oc1..a, recipientEmailAddress: a@b.example, previous: ocid1.senderinvitation.oc1..a, wait: true, hold: false}
`

// strict reports whether the schema may refuse what the function takes: an empty value, or a number or boolean that YAML can read as text.
func strict(change string) bool {
	place, value, _ := strings.Cut(change, " = ")
	name := place[strings.LastIndexByte(place, '.')+1:]
	return value == "null" || value == `""` && name != "displayName" || value == "true" || value == "5"
}

// mutations returns the rules with one change each, by what is changed.
func mutations(t *testing.T, text string) map[string]any {
	t.Helper()
	decode := func() (value any) {
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	changed := map[string]any{"nothing": decode()}
	for _, value := range []any{nil, true, 5, "text", "", []any{}, map[string]any{}} {
		encoded, _ := json.Marshal(value) // each has a JSON form
		for _, path := range paths(decode(), "") {
			changed[fmt.Sprintf("%s = %s", path, encoded)] = edit(decode(), path, func(object map[string]any, name string) { object[name] = value })
		}
	}
	for _, path := range paths(decode(), "") {
		changed[path+" removed"] = edit(decode(), path, func(object map[string]any, name string) { delete(object, name) })
		changed[path+" renamed"] = edit(decode(), path, func(object map[string]any, name string) {
			object[name+"s"] = object[name]
			delete(object, name)
		})
	}
	return changed
}

// paths returns the paths of the members of all objects in the value, such as .0.match.type.
func paths(value any, path string) (found []string) {
	switch value := value.(type) {
	case []any:
		for index, element := range value {
			found = append(found, paths(element, fmt.Sprintf("%s.%d", path, index))...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			found = append(found, path+"."+name)
			found = append(found, paths(value[name], path+"."+name)...)
		}
	}
	return found
}

// edit changes the member at the path.
func edit(value any, path string, change func(object map[string]any, name string)) any {
	parts := strings.Split(strings.TrimPrefix(path, "."), ".")
	inner := value
	for _, part := range parts[:len(parts)-1] {
		switch at := inner.(type) {
		case []any:
			index := 0
			fmt.Sscan(part, &index)
			inner = at[index]
		case map[string]any:
			inner = at[part]
		}
	}
	if object, ok := inner.(map[string]any); ok {
		change(object, parts[len(parts)-1])
	}
	return value
}
