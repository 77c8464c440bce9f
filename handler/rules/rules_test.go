package rules

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"go.yaml.in/yaml/v3"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// aRule returns a valid rule that ends with the lines.
func aRule(lines ...string) string {
	return "- name: a\n  match: {type: t}\n  operation: create\n  " + strings.Join(lines, "\n  ")
}

func TestRulesRefused(t *testing.T) {
	const recipient = "with: {recipientTenancyId: data.x}"
	for text, wanted := range map[string]string{
		"":                       "are empty; [] is",
		" # nothing":             "are empty; [] is",
		"null":                   "are empty; [] is",
		"name: x":                "not a YAML list: begin with - name",
		"[":                      "not YAML: line 1",
		"[]\n---\n[]":            "more than one YAML document",
		"- 7":                    `rule "", line 1: a rule is a mapping`,
		"- match: {type: t}":     `rule "", line 1: name: is required`,
		"- name: a\n  match: {}": `rule "a", line 2: match.type: is required`,
		"\n- name: a\n  match: {type: t}\n  operation: list":                    `rule "a", line 4: operation: "list" is not create, update or cancel`,
		"- name: a\n  match: {type: t}\n  operation: create":                    `rule "a", line 1: with: create requires recipientTenancyId`,
		"- name: a\n  match: {type: t}\n  operation: cancel":                    "with: cancel requires senderInvitationId or recipientTenancyId",
		"- name: a\n- name: b\n  match:\n    typo: t":                           `rule "b", line 4: match.typo: match has no member typo (did you mean type?)`,
		"- name: a\n  wth: {}":                                                  `rule "a", line 2: wth: a rule has no member wth (did you mean with?)`,
		aRule("with:", "  displayName: data.y", "  recipientTenancyID: data.x"): `rule "a", line 6: with.recipientTenancyID: create has no such field`,
		aRule(recipient, "set: {ifMatch: x}"):                                   `rule "a", line 5: set.ifMatch: create has no such field`,
		aRule(recipient, "set: {recipientTenancyId: ocid1.tenancy.oc1..a}"):     "set.recipientTenancyId: is also set under with",
		aRule("with: {recipientTenancyId: 'data.['}"):                           "with.recipientTenancyId: column 6: [ is not closed",
		aRule("with: {recipientTenancyId: nofunc(data.x)}"):                     "with.recipientTenancyId: there is no function nofunc",
		"- name: a\n  match: {type: t, when: 'data.['}\n  operation: create":    "match.when: column 6: [ is not closed",
		aRule(recipient, "set: {subjects: LINK}"):                               "set.subjects: must be a list, not a string",
		aRule(recipient, "set: {subjects: [NOPE]}"):                             "set.subjects: takes LINK",
		aRule("set: {recipientTenancyId: acme}"):                                "set.recipientTenancyId: is not the OCID of a tenancy",
		aRule(recipient, "set: {recipientEmailAddress: acme}"):                  "set.recipientEmailAddress: is not one plain",
		aRule(recipient, "set: {definedTags: {a: {b: .inf}}}"):                  "set.definedTags: has a value without a JSON form",
		"-":      `rule "", line 1: a rule is a mapping`,
		"- null": `rule "", line 1: a rule is a mapping`,
		"- name: a\n  match: {type: t}\n  operation: create\n  with: {recipientTenancyId: a, displayName: [x]}":      `rule "a", line 4: with.displayName: must be text, not a list`,
		"- name: a\n  match: {type: t}\n  operation: create\n  hold: true\n  with: {recipientTenancyId: a, hold: b}": `rule "a", line 4: hold: is also set under with`,
		"- name: a\n  match: {type: {a: b}}":     `rule "a", line 2: match.type: must be text, not an object`,
		"- name: a\n  match: t":                  `rule "a", line 2: match: must be an object, not text`,
		"- name: a\n  with: [x]":                 `rule "a", line 2: with: must be an object, not a list`,
		aRule("set: {recipientTenancyId: ''}"):   "with: create requires recipientTenancyId",
		aRule("set: {recipientTenancyId: null}"): "with: create requires recipientTenancyId",
		aRule(recipient, "retry: often"):         `rule "a", line 5: retry: "often" is not none`,
		aRule(recipient, "set: {retry: 5}"):      "set.retry: must be a string, not a number",
		aRule(recipient, "set: [x]"):             "set: is not an object",
		aRule(recipient) + "\n" + strings.Replace(aRule(recipient), "type: t", "type: u", 1): `rule "a", line 5: name: another rule has the same name`,
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s\n%v, want %q", text, err, wanted)
		}
	}
}

func TestRulesAccepted(t *testing.T) {
	for _, text := range []string{
		"[]",
		"---\n[]\n",
		"- &first\n  name: a\n  match: &m {type: t}\n  operation: create\n  with: {recipientTenancyId: data.x}\n- <<: *first\n  name: b\n- name: c\n  match: *m\n  operation: cancel\n  with: {recipientTenancyId: data.x}",
		aRule("with: {recipientTenancyId: data.x}", "set:"),
		aRule("with: {recipientTenancyId: data.x}", "retry: none"),
		"- name: a\n  match: {type: t, source: &n null}\n  operation: create\n  retry: none\n  with: {recipientTenancyId: data.x}\n  set: *n",
		aRule("with: {recipientTenancyId: \"not_null(data.x, 'nofunc(')\"}"),
		aRule("with: {recipientTenancyId: 'data.\"nofunc(x)\"'}"),
	} {
		if _, err := Parse([]byte(text)); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// matchedBy matches an event with the data. It returns the name of the rule that matches, and the command as JSON.
func matchedBy(t *testing.T, rules, data string) (string, string, error) {
	t.Helper()
	compiled, err := Parse([]byte(rules))
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
	m, err := compiled.Match(e)
	found := m.rule
	if err != nil || found == nil {
		return "", "", err
	}
	made, err := m.Command()
	if err != nil {
		return found.name, "", err
	}
	text, err := json.Marshal(made)
	return found.name, string(text), err
}

func TestRulesMatch(t *testing.T) {
	rules := `
- name: condition
  match: {type: t, when: "plan == 'paid' && data.on"}
  operation: create
  with:
    recipientTenancyId: data.tenancy
    displayName: "join(' ', ['for', data.name])"
    freeformTags: "{team: data.team, name: data.name}"
  set: {subjects: [LINK], opcRequestId: 2026-01-01}
- name: rest
  match: {type: "*", source: /s}
  operation: cancel
  retry: none
  with: {recipientTenancyId: data.tenancy}`
	for _, c := range []struct{ data, name, command, fault string }{
		{`{"on": true, "tenancy": "x", "name": "y"}`, "condition",
			`{"recipientTenancyId":"x","displayName":"for y","subjects":["LINK"],"freeformTags":{"name":"y"},"opcRequestId":"2026-01-01"}`, ""},
		{`{"on": "yes", "tenancy": "x", "name": "y"}`, "condition",
			`{"recipientTenancyId":"x","displayName":"for y","subjects":["LINK"],"freeformTags":{"name":"y"},"opcRequestId":"2026-01-01"}`, ""},
		{`{"on": "", "tenancy": "x"}`, "rest", `{"recipientTenancyId":"x","retry":"none"}`, ""},
		{`{"on": [], "tenancy": "x"}`, "rest", `{"recipientTenancyId":"x","retry":"none"}`, ""},
		{`{"on": {}, "tenancy": null}`, "rest", "", "rule rest: cancel: senderInvitationId or recipientTenancyId is required, and with.recipientTenancyId: data.tenancy is null"},
		{`null`, "rest", "", "rule rest: cancel: senderInvitationId or recipientTenancyId is required, and with.recipientTenancyId: data.tenancy gives null: data is null"},
		{`{"on": 0, "tenancy": "x"}`, "condition", "", "rule condition: with.displayName: the expression does not fit the event"},
		{`{"on": true, "tenancy": 7, "name": "y"}`, "condition", "", "create: recipientTenancyId: must be a string, not a number"},
	} {
		name, command, err := matchedBy(t, rules, c.data)
		if name != c.name || command != c.command || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: got %s %s %v, want %s %s %s", c.data, name, command, err, c.name, c.command, c.fault)
		}
	}
}

// No expression changes the event for another one, though the library's sort_by sorts in place.
func TestExpressionsLeaveTheEvent(t *testing.T) {
	rules := "- name: other\n  match: {type: t, when: \"sort_by(data.l, &n)[0].id == 'none'\"}\n  operation: cancel\n  with: {recipientTenancyId: data.x}\n" +
		aRule(`with: {recipientTenancyId: "data.l[0].id", displayName: "sort_by(data.l, &n)[0].id"}`)
	for range 20 { // the fields are evaluated in any order
		_, command, err := matchedBy(t, rules, `{"l": [{"n": 2, "id": "first"}, {"n": 1, "id": "least"}]}`)
		if want := `{"recipientTenancyId":"first","displayName":"least"}`; err != nil || command != want {
			t.Fatalf("got %s %v, want %s", command, err, want)
		}
	}
}

// An event with too many values, or with a number that is too large, is refused if a rule needs to evaluate it. An event whose type no
// rule has is ignored.
func TestEventsTooLargeForRules(t *testing.T) {
	for data, fault := range map[string]string{
		"[" + strings.Repeat("[],", 60_000) + "[]]": "at most 50000 values",
		`{"n": 1e400}`: "a number that is too large for expressions",
	} {
		_, _, err := matchedBy(t, aRule("with: {recipientTenancyId: data.x}"), data)
		if err == nil || events.AsError(err).Status != 400 || !strings.Contains(err.Error(), fault) {
			t.Errorf("%.20s: %v, want %s", data, err, fault)
		}
		if _, _, err := matchedBy(t, strings.Replace(aRule("with: {recipientTenancyId: data.x}"), "type: t", "type: u", 1), data); err != nil {
			t.Errorf("%.20s, which no rule is for: %v", data, err)
		}
	}
}

// A rule has a source as OCI writes it, though the CloudEvent may have it percent-encoded.
func TestSourceNames(t *testing.T) {
	for _, source := range []string{"My Service", "10.0.0.1:443", "100%", "/ü", "signups"} {
		encoded, err := json.Marshal(map[string]any{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": source})
		if err != nil {
			t.Fatal(err)
		}
		record := events.Decode(events.Delivery{Body: encoded})[0]
		if record.Err != nil {
			t.Fatal(record.Err)
		}
		rules, err := Parse([]byte("- name: a\n  match: {type: t, source: '" + source + "'}\n  operation: cancel\n  with: {recipientTenancyId: data.x}"))
		if err != nil {
			t.Fatal(err)
		}
		if m, err := rules.Match(record.Event); err != nil || m.rule == nil {
			t.Errorf("%s: no match with %s, %v", source, record.Event.Source(), err)
		}
	}
}

// An expression that fails on an event is a 400, never a panic or a 500. The library panics on some slices, and reads some strings as
// numbers that JSON does not have.
func TestExpressionsFail(t *testing.T) {
	for _, expression := range []string{"data.list[1::9223372036854775807]", "to_number('NaN')", "sort(data.list)"} {
		_, _, err := matchedBy(t, aRule(`with: {recipientTenancyId: "`+expression+`"}`), `{"list": [{"a": 1}, {}]}`)
		if fault := events.AsError(err); fault == nil || fault.Status != 400 {
			t.Errorf("%s: %v, want status 400", expression, err)
		}
	}
}

// FuzzRules asserts that no rules and no event cause a panic, that valid rules stay valid when the YAML library writes them, and that
// the result of a rule is a command or a 400.
func FuzzRules(f *testing.F) {
	files, err := filepath.Glob("../../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	rules := []string{BuiltInText, anyRule, aRule("with: {recipientTenancyId: data.x}", "set: {subjects: [LINK], opcRequestId: 2026-01-01}"),
		aRule("with: {recipientTenancyId: data.x}", "set: {subjects, opcRequestId: 2026-01-01}"),
		"- &a\n  name: a\n  match: {type: t, when: \"data.list[?x > `1`].{y: z} | [0]\"}\n  operation: cancel\n  with: {recipientTenancyId: not_null(data.x, 'y')}\n- <<: *a\n  name: b"}
	for index, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(rules[index%len(rules)], body)
	}
	f.Fuzz(func(t *testing.T, text string, body []byte) {
		compiled, err := Parse([]byte(text))
		if err != nil {
			return
		}
		written := rewritten(t, []byte(text))
		if recompiled, err := Parse(written); err != nil || len(recompiled) != len(compiled) {
			t.Fatalf("%s\nis written as\n%s\n%v", text, written, err)
		}
		if again := rewritten(t, written); string(again) != string(written) {
			t.Fatalf("%s\nis written as\n%s", written, again)
		}
		for _, record := range events.Decode(events.Delivery{Body: body, CallID: "c", Prefix: "p"}) {
			if record.Err != nil {
				continue
			}
			m, err := compiled.Match(record.Event)
			if m.rule != nil && err == nil {
				var c command.Command
				if c, err = m.Command(); err == nil {
					err = c.Check()
				}
			}
			if fault := events.AsError(err); fault != nil && fault.Status != 400 {
				t.Fatal(err)
			}
		}
	})
}

func rewritten(t *testing.T, text []byte) []byte {
	t.Helper()
	var rules []ruleText
	if err := yaml.Unmarshal(text, &rules); err != nil {
		t.Fatal(err)
	}
	for index := range rules {
		nameNulls(&rules[index].Set)
	}
	written, err := yaml.Marshal(rules)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

// nameNulls gives each null the text null. The library would write a null without text as an empty string.
func nameNulls(node *yaml.Node) {
	if node.Tag == "!!null" {
		node.Value = "null"
	}
	for _, inner := range node.Content {
		nameNulls(inner)
	}
}

const anyRule = `
- name: any
  match: {type: "*", source: "*", when: "data || type != 'x'"}
  operation: create
  with:
    recipientTenancyId: data.tenancyId
    displayName: to_string(data)
    freeformTags: "{id: id, sorted: to_string(sort(keys(@)))}"
  set: {subjects: [LINK]}`

// BenchmarkRules maps an event to a command if the first rule, the last one, or none matches.
func BenchmarkRules(b *testing.B) {
	compiled, err := Parse([]byte(BuiltInText))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"signup", "offboarding", "objectstorage-createbucket"} {
		body, err := os.ReadFile("../../testdata/events/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		e := events.Decode(events.Delivery{Body: body, CallID: "c", Prefix: "p"})[0].Event
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := compiled.Match(e)
				found := m.rule
				if err == nil && found != nil {
					_, err = m.Command()
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
