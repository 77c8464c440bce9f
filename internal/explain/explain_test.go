package explain_test

import (
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/explain"
)

// explained explains a direct delivery under the settings, which are pairs of names and values.
func explained(body string, settings ...string) explain.Explained {
	return explain.Delivery(getenv(settings...), events.Delivery{Body: []byte(body), Direct: true})
}

func getenv(settings ...string) func(string) string {
	return func(name string) string {
		for index := 0; index < len(settings); index += 2 {
			if settings[index] == name {
				return settings[index+1]
			}
		}
		return ""
	}
}

const rules = `
- {name: other, match: {type: com.Other.*}, operation: cancel, with: {recipientTenancyId: data.id}}
- {name: place, match: {type: "*", source: elsewhere}, operation: cancel, with: {recipientTenancyId: data.id}}
- {name: gold, match: {type: t, when: "data.plan == 'gold' && data.plan != 'x'"}, operation: cancel, with: {recipientTenancyId: data.id}}
- {name: seats, match: {type: t, when: "data.seats"}, operation: cancel, with: {recipientTenancyId: data.id}}
- {name: decides, match: {type: t}, operation: create, with: {recipientTenancyId: data.id, displayName: data.name}}
- {name: behind, match: {type: t, when: "data.plan == 'trial'"}, operation: cancel, with: {recipientTenancyId: data.id}}
- {name: broken, match: {type: t, when: "contains(data.nope, 'x')"}, operation: cancel, with: {recipientTenancyId: data.id}}
- {name: last, match: {type: T2}, operation: cancel, with: {recipientTenancyId: data.id}}
`

const event = `{"specversion": "1.0", "id": "1", "source": "./a%20b", "type": "T", "data": {"id": "ocid1.tenancy.oc1..a", "plan": "trial", "seats": []}}`

// Every rule is explained, with the pattern or the condition and what the event has for it, the rules behind the one that matches too.
func TestEveryRuleIsExplained(t *testing.T) {
	record := explained(event, "RULES", rules).Records[0]
	got, err := json.MarshalIndent(record.Rules, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const otherName = `"the pattern may match the source as OCI writes it, too: a b"`
	wanted := `[
 {"name": "other", "matches": false, "tried": true, "field": "type", "wanted": "com.Other.*", "has": "T"},
 {"name": "place", "matches": false, "tried": true, "field": "source", "wanted": "elsewhere", "has": "./a%20b", "remarks": [` + otherName + `]},
 {"name": "gold", "matches": false, "tried": true, "field": "when", "wanted": "data.plan == 'gold' \u0026\u0026 data.plan != 'x'", "has": "false",
  "remarks": ["the sides are not equal: data.plan is a text, 'trial'; 'gold' is a text"]},
 {"name": "seats", "matches": false, "tried": true, "field": "when", "wanted": "data.seats", "has": "[]"},
 {"name": "decides", "matches": true, "tried": true},
 {"name": "behind", "matches": true, "tried": false},
 {"name": "broken", "matches": false, "tried": false, "field": "when", "wanted": "contains(data.nope, 'x')",
  "remarks": ["the expression does not fit the event: the function contains cannot take null and a text; if a value may be missing, write value \u0026\u0026 contains(…)"]},
 {"name": "last", "matches": false, "tried": false, "field": "type", "wanted": "T2", "has": "T"}]`
	if string(got) != indented(t, wanted) {
		t.Errorf("%s\nwant %s", got, wanted)
	}
	if record.Rule != "decides" || record.Operation != "create" || record.Error != nil || !strings.Contains(string(record.Command), `"recipientTenancyId":"ocid1.tenancy.oc1..a"`) {
		t.Errorf("%+v", record)
	}
	if len(record.Remarks) != 1 || record.Remarks[0].Rule != "decides" || record.Remarks[0].Field != "with.displayName" || !strings.HasPrefix(record.Remarks[0].Text, "is unset: data.name gives null") {
		t.Error(record.Remarks)
	}
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var value []explain.Rule
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	again, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(again)
}

// A condition that cannot be evaluated ends the search. The rules behind it are explained all the same.
func TestConditionFails(t *testing.T) {
	for body, wanted := range map[string]string{
		event: "the expression does not fit the event: the function contains cannot take null and a text",
		`{"specversion": "1.0", "id": "1", "source": "/", "type": "T", "data": 1e999}`:                                   "the event has a number that is too large for expressions",
		`{"specversion": "1.0", "id": "1", "source": "/", "type": "T", "data": [` + strings.Repeat("1,", 50_000) + `1]}`: "rules take events of at most 50000 values",
	} {
		record := explained(body, "RULES", rules[strings.Index(rules, "- {name: broken"):]+"- {name: any, match: {type: '*'}, operation: cancel, with: {recipientTenancyId: data.id}}").Records[0]
		first := record.Rules[0]
		if record.Rule != "broken" || record.Error == nil || first.Matches || !first.Tried || first.Has != "" || len(first.Remarks) != 1 || !strings.HasPrefix(first.Remarks[0], wanted) {
			t.Errorf("%.80s: %+v, %v", body, record.Rules, record.Error)
		}
		if len(record.Rules) != 3 || record.Rules[1].Tried || record.Rules[2].Tried {
			t.Error(record.Rules)
		}
	}
}

// The faults of settings have their setting, and those of rules their place, too.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		settings []string
		wanted   string
	}{
		{[]string{"RULES", "- name: a\n  match: {type: t}\n  operation: create\n  with: {recipientTenancyId: data.x, nope: b c}\n  set: {displayName: data.y}"},
			`[{"setting": "RULES", "rule": "a", "line": 4, "field": "with.nope", "text": "create has no such field` +
				`…"}, {"setting": "RULES", "rule": "a", "line": 5, "field": "set.displayName", "text": "data.y is an expression, and set takes literals…"}]`},
		{[]string{"RULES", "- nam: a\n  match: {typ: t}\n"},
			`[{"setting": "RULES", "line": 1, "field": "nam", "text": "a rule has no member nam"}, {"setting": "RULES", "line": 2, "field": "match.typ", "text": "match has no member typ"}]`},
		{[]string{"RULES", "- name: a\n  match: [\n}"}, `[{"setting": "RULES", "line": 2, "text": "not YAML: did not find…"}]`},
		{[]string{"COMMANDS", "lost", "MODE", "dry"}, `[{"setting": "COMMANDS", "text": "COMMANDS takes create, …"}, {"setting": "MODE", "text": "MODE takes enforce, …"}]`},
		{[]string{"RULES", "[]", "RULES_FILE", "/nonexistent"}, `[{"setting": "RULES", "text": "RULES and RULES_FILE exclude each other…"}, {"setting": "RULES_FILE", "text": "RULES_FILE takes a file that can be read…"}]`},
	} {
		got := explained(event, c.settings...)
		var wanted []explain.Fault
		if err := json.Unmarshal([]byte(c.wanted), &wanted); err != nil {
			t.Fatal(err)
		}
		if len(got.Faults) != len(wanted) || got.Records == nil || len(got.Records) != 0 {
			t.Errorf("%q: %+v", c.settings, got)
			continue
		}
		for index, fault := range got.Faults {
			want := wanted[index]
			begins := strings.TrimSuffix(want.Text, "…")
			if fault.Setting != want.Setting || fault.Rule != want.Rule || fault.Line != want.Line || fault.Field != want.Field || !strings.HasPrefix(fault.Text, begins) {
				t.Errorf("%q: %+v, want %+v", c.settings, fault, want)
			}
		}
	}
}

// Only the settings that decide about a delivery are read.
func TestOtherSettings(t *testing.T) {
	if got := explained(event, "CONCURRENCY", "many", "RESULT_TOPIC_OCID", "wrong", "RULES", rules); got.Faults != nil || len(got.Records) != 1 {
		t.Error(got.Faults)
	}
}

// What is no event for the rules is explained without them.
func TestWithoutRules(t *testing.T) {
	const command = `{"operation": "list"}`
	for _, c := range []struct {
		name     string
		delivery events.Delivery
		wanted   string
	}{
		{"command", events.Delivery{Body: []byte(command), Direct: true}, `"operation":"list","command":{}`},
		{"command over HTTP", events.Delivery{Body: []byte(command)}, `"error":{"status":403,"code":"NotAllowed"`},
		{"doctor", events.Delivery{Body: []byte(`{"operation": "doctor"}`), Direct: true}, `{"operation":"doctor"}`},
		{"confirmation", events.Delivery{Header: http.Header{"X-Oci-Ns-Messagetype": {"SubscriptionConfirmation"}}, Direct: true}, `"ignored":"it asks to confirm a subscription"`},
		{"no JSON", events.Delivery{Body: []byte("{"), Direct: true}, `"code":"CannotParseRequest"`},
		{"own result", events.Delivery{Body: []byte(strings.Replace(event, `"T"`, `"senderinvitation.created"`, 1)), Direct: true}, `"ignored":"it is a result of this function"`},
	} {
		got, err := json.Marshal(explain.Delivery(getenv("RULES", rules), c.delivery))
		if err != nil || !strings.Contains(string(got), c.wanted) || strings.Contains(string(got), `"rules"`) {
			t.Errorf("%s: %s %v", c.name, got, err)
		}
	}
}

// Of a long list the rules are explained for the first records only. The decision is told of all.
func TestLongList(t *testing.T) {
	got := explained("["+strings.Repeat(event+",", 99)+event+"]", "RULES", rules).Records
	for index, record := range got {
		brief := index >= 20
		if record.Brief != brief || (record.Rules == nil) != brief || record.Rule != "decides" || record.Command == nil {
			t.Fatalf("%d: %+v", index, record)
		}
	}
	if len(got) != 100 {
		t.Error(len(got))
	}
}

// Long texts of an event are shortened, and the memory that an explanation takes grows with the rules and with the event, not faster.
func TestExplanationsGrowInProportion(t *testing.T) {
	long := strings.Repeat("x", 2000)
	record := explained(strings.NewReplacer(`"T"`, `"`+long+`"`).Replace(event), "RULES", rules).Records[0]
	if has := record.Rules[0].Has; len(has) > 600 || !strings.HasSuffix(has, "…") {
		t.Error(has)
	}
	allocated := func(rules string, body []byte) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		explained(string(body), "RULES", rules)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	small, large := hostileBodies(40_000), hostileBodies(80_000)
	for name := range small {
		base, moreRules, moreBytes := allocated(manyRules(64), small[name]), allocated(manyRules(256), small[name]), allocated(manyRules(64), large[name])
		const fixed = 4 << 20 // lists and buffers grow by leaps
		if moreRules > 5*base+fixed || moreBytes > 3*base+fixed {
			t.Errorf("%s: %d bytes; with four times the rules %d; with twice the event %d", name, base, moreRules, moreBytes)
		}
	}
}
