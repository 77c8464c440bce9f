package handler

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
)

func TestRulesRefused(t *testing.T) {
	for text, wanted := range map[string]string{
		"name: x": "not a YAML list",
		"- match: {type: t}\n  operation: create":                                                                `rule "", line 1: name: is required`,
		"- name: a\n  operation: create":                                                                         `rule "a", line 1: match.type: is required`,
		"\n- name: a\n  match: {type: t}":                                                                        `rule "a", line 2: operation: "" is not create, update or cancel`,
		"- name: a\n  match: {type: t}\n  operation: list":                                                       `operation: "list" is not create, update or cancel`,
		"- name: a\n  match: {typo: t}\n  operation: create":                                                     "field typo not found",
		"- name: a\n  match: {type: t}\n  operation: create\n  with: {recipientTenancyID: data.x}":               "with.recipientTenancyID: create has no such field",
		"- name: a\n  match: {type: t}\n  operation: cancel\n  set: {displayName: x}":                            "set.displayName: cancel has no such field",
		"- name: a\n  match: {type: t}\n  operation: create\n  with: {displayName: 'data.['}":                    "with.displayName: SyntaxError",
		"- name: a\n  match: {type: t, when: 'data.['}\n  operation: create":                                     "match.when: SyntaxError",
		"- name: a\n  match: {type: t}\n  operation: create\n  with: {displayName: a}\n  set: {displayName: b}":  "set.displayName: stands under with too",
		"- name: a\n  match: {type: t}\n  operation: create\n  set: {subjects: LINK}":                            "set: create: subjects: string where a list is wanted",
		"- name: a\n  match: {type: t}\n  operation: create\n  set: {freeformTags: {1: x}}":                      "set: has a key that is not a text",
		"- name: a\n  match: {type: t}\n  operation: create\n- name: a\n  match: {type: u}\n  operation: create": `rule "a", line 4: name: another rule has it`,
	} {
		if _, err := compileRules([]byte(text)); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s\n%v, want %q", text, err, wanted)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           bool
	}{
		{"", "anything", true},
		{"*", "anything", true},
		{"com.acme.*", "com.acme.a.b", true},
		{"com.acme.*", "com.acmeXa", false},
		{"*.signup", "COM.ACME.SignUp", true},
		{"*.signup", "com.acme.signup.begin", false},
		{"a*b*c", "a-b-b-c", true},
		{"a+b", "aab", false},
	} {
		if got := compilePattern(c.pattern).MatchString(c.value); got != c.want {
			t.Errorf("%s on %s: %v", c.pattern, c.value, got)
		}
	}
}

// matchedBy returns what the rules make of an event with the data.
func matchedBy(t *testing.T, rules, data string) (string, string, error) {
	t.Helper()
	compiled, err := compileRules([]byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	e := event.New()
	e.SetID("1")
	e.SetType("t")
	e.SetSource("/s")
	e.SetExtension("plan", "paid")
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = []byte(data)
	found, view, err := match(compiled, e)
	if err != nil || found == nil {
		return "", "", err
	}
	command, err := found.command(view)
	if err != nil {
		return found.name, "", err
	}
	text, err := json.Marshal(command)
	return found.name, string(text), err
}

func TestRulesMatch(t *testing.T) {
	rules := `
- name: condition
  match: {type: t, when: "plan == 'paid' && data.on"}
  operation: create
  with: {recipientTenancyId: data.tenancy, displayName: "join(' ', ['for', data.name])"}
  set: {subjects: [LINK]}
- name: rest
  match: {type: "*", source: /s}
  operation: cancel
  with: {recipientTenancyId: data.tenancy}`
	for _, c := range []struct{ data, name, command, fault string }{
		{`{"on": true, "tenancy": "x", "name": "y"}`, "condition", `{"recipientTenancyId":"x","displayName":"for y","subjects":["LINK"]}`, ""},
		{`{"on": "yes", "tenancy": "x"}`, "rest", `{"recipientTenancyId":"x"}`, ""},
		{`{"tenancy": null}`, "rest", `{}`, ""},
		{`null`, "rest", `{}`, ""},
		{`{"on": true, "tenancy": "x"}`, "condition", "", "rule condition: with.displayName: the expression does not fit the event"},
		{`{"on": true, "tenancy": 7, "name": "y"}`, "condition", "", "create: recipientTenancyId: number where a string is wanted"},
	} {
		name, command, err := matchedBy(t, rules, c.data)
		if name != c.name || command != c.command || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %s %s %v", c.data, name, command, err)
		}
	}
}

// The library panics on some values; an event must not.
func TestExpressionsNeverPanic(t *testing.T) {
	rules := `
- name: a
  match: {type: t}
  operation: create
  with: {recipientTenancyId: "contains(data.list, data.list[0])"}`
	_, _, err := matchedBy(t, rules, `{"list": [{"a": 1}]}`)
	if fault := events.AsError(err); fault == nil || fault.Status != 400 {
		t.Errorf("got %v", err)
	}
}
