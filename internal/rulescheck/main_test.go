package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const folder = "../../testdata/events/"

func Example() {
	settings := map[string]string{"RULES": `
- name: paying
  match: {type: com.example.tenancy.signup, when: data.plan == 'gold'}
  operation: create
  with: {recipientTenancyId: data.tenancyId}
- name: all
  match: {type: "com.example.tenancy.*"}
  operation: create
  with: {recipientTenancyId: data.tenancyId}
  set: {subjects: [LINK]}
- name: cancel
  match: {type: com.example.offboarding}
  operation: cancel
  with: {recipientTenancyId: data.tenancyId}
- name: rest
  match: {type: "*"}
  operation: cancel
  with: {recipientTenancyId: data.tenancyId}`}
	if err := check(os.Stdout, func(name string) string { return settings[name] }, folder+"cloudevent-base64.json"); err != nil {
		os.Stdout.WriteString(err.Error())
	}
	// Output:
	// Record 1 of 1
	//   event: {
	//     "specversion": "1.0",
	//     "id": "signup-5",
	//     "source": "https://signup.example.com/tenancies",
	//     "type": "com.example.tenancy.signup",
	//     "datacontenttype": "application/json",
	//     "data": {
	//       "tenancyId": "ocid1.tenancy.oc1..aaaaaaaahooli"
	//     }
	//   }
	//   rule paying: no match, its when differs: data.plan == 'gold' gives false
	//     the sides are not equal: data.plan is null: data has no member plan; it has tenancyId; 'gold' is a text
	//   rule all: matches
	//   rule cancel: no match, its type differs: com.example.offboarding, but the event has com.example.tenancy.signup
	//   rule rest: matches too, but all stands before it
	//   create: {
	//     "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaahooli",
	//     "subjects": [
	//       "LINK"
	//     ],
	//     "opcRetryToken": "a7419e1d29021a7223af11cc169d01e4bb3177a6e2c29da9ce2e4788b4c131a7"
	//   }
}

func TestCheck(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte("- name: a\n  match: {type: t}\n  operation: cancel\n  wiht: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	self := "- name: a\n  match: {type: '*'}\n  operation: create\n  set: {recipientTenancyId: ocid1.tenancy.oc1..aaaaaaaasender}\n"
	held := "- name: a\n  match: {type: '*'}\n  operation: create\n  hold: true\n  with: {recipientTenancyId: data.tenancyId}\n"
	for _, c := range []struct {
		name, file string
		settings   map[string]string
		out, err   string
	}{
		{"built in", "signup.json", nil, "rule signup: matches", ""},
		{"rules file", "signup.json", map[string]string{"RULES_FILE": rules}, "", `RULES_FILE: rule "a", line 4: wiht: a rule has no member wiht (did you mean with?)`},
		{"two faults", "signup.json", map[string]string{"RULES": "- name: a\n  match: {type: t, x: y}\n  wiht: {}\n"}, "",
			"the settings are wrong:\n  RULES: rule \"a\", line 2: match.x: match has no member x; it takes type, source, when; when takes a condition on any member of the event\n  RULES: rule \"a\", line 3: wiht: "},
		{"setting", "signup.json", map[string]string{"COMMANDS": "lost"}, "", "\n  COMMANDS takes create, "},
		{"no rule", "objectstorage-createbucket.json", nil, "createbucket\n  would be ignored: no rule matches", ""},
		{"headers", "notification-command.http", nil, `"source": "ocid1.onstopic.oc1.iad.aaaaaaaasignups"`, ""},
		{"command", "command-list.json", nil, `list: {`, ""},
		{"command turned off", "command-list.json", map[string]string{"COMMANDS": "none"}, "would fail: 403 NotAllowed: list: COMMANDS", "records that would fail: 1 of 1"},
		{"list", "bad-batch-one.json", nil, "Record 2 of 3\n  would fail: 400 CannotParseRequest: record 2:", "records that would fail: 1 of 3"},
		{"empty list", "empty-list.json", nil, "nothing would be done", ""},
		{"own result", "cloudevent-result.json", nil, "would be ignored", ""},
		{"replay", "cloudevent-failed.json", nil, `create: {`, ""},
		{"held", "signup.json", map[string]string{"RULES": held}, "\"hold\": true", ""},
		{"sender", "signup.json", map[string]string{"RULES": self, "COMPARTMENT_OCID": "ocid1.tenancy.oc1..aaaaaaaasender"}, "", "records that would fail: 1 of 1"},
		{"condition", "signup.json", map[string]string{"RULES": "- name: a\n  match: {type: '*', when: \"contains(data.nope, 'x')\"}\n  operation: create\n  with: {recipientTenancyId: data.x}"},
			"rule a: its condition cannot be evaluated: contains(data.nope, 'x')\n    the expression does not fit the event: the function contains cannot take null and a text; if a value may be missing, write value && contains(…)\n  would fail: 400 InvalidParameter: rule a: match.when", "records that would fail: 1 of 1"},
		{"no file", "nonexistent.json", nil, "", "no such file"},
	} {
		var out strings.Builder
		err := check(&out, func(name string) string { return c.settings[name] }, folder+c.file)
		if !strings.Contains(out.String(), c.out) || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v\n%s", c.name, err, out.String())
		}
	}
}

// The output explains a condition that compares values of different kinds, and each field that stays unset.
func TestRemarks(t *testing.T) {
	const data = `{"tenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme", "n": 5, "plan": "gold", "list": [{"k": 1}]}`
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, []byte(`{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "data": `+data+`}`), 0o600); err != nil {
		t.Fatal(err)
	}
	rule := func(when, name string) string {
		return "- name: a\n  match:\n    type: t\n    when: " + when + "\n  operation: create\n  with:\n    recipientTenancyId: data.tenancyId\n    displayName: " + name
	}
	match := func(pattern string) string {
		return strings.Replace(rule("data.plan", "data.plan"), "type: t", pattern, 1)
	}
	for rules, wanted := range map[string]string{
		rule("data.n == '5'", "data.plan"):                         "    the sides are not equal: data.n is a number, `5`; '5' is a text\n",
		rule("data.n > '4'", "data.plan"):                          "    the sides cannot be compared: data.n is a number, `5`; '4' is a text\n",
		rule("data.plan == gold", "data.plan"):                     "data.plan is a text, 'gold'; gold is null: the event has no member gold; it has data, id, source, specversion, type; its data has list, n, plan, tenancyId. Write 'gold' for the text\n",
		rule("data.plam == other", "data.plan"):                    "the sides are equal, both null: data.plam is null: data has no member plam (did you mean plan?); it has plan, list, n, tenancyId; other is null: ",
		rule("data.list[?k == '1']", "data.plan"):                  "the sides are not equal: data.list[0].k is a number, `1`; '1' is a text\n",
		rule("data.list | [?k < '1']", "data.plan"):                "the sides cannot be compared: data.list[0].k is a number, `1`; '1' is a text\n",
		rule("data.missing", "data.plan"):                          "gives null\n    data.missing gives null: data has no member missing; it has list, n, plan, tenancyId\n",
		rule("data.n == `5`", "data.company"):                      "rule a: matches\n  rule a: with.displayName: is unset: data.company gives null: data has no member company; it has list, n, plan, tenancyId\n",
		rule("data.n == `5`", "data.plan && ''"):                   "rule a: with.displayName: is unset: data.plan && '' gives an empty text\n",
		rule("data.n == `5`", "welcome"):                           "rule a: with.displayName: is unset: welcome gives null: the event has no member welcome; it has data,",
		rule("data.list == `null`", "data.plan"):                   "rule a: no match, its when differs: data.list == `null` gives false\n  would be ignored: no rule matches\n",
		rule("subject == 'x'", "data.plan"):                        "subject is null: the event has no member subject; it has data, id, source, specversion, type; its data has list, n, plan, tenancyId; 'x' is a text\n",
		rule("data.plan == '5'", "data.plan"):                      "rule a: no match, its when differs: data.plan == '5' gives false\n    the sides are not equal: data.plan is a text, 'gold'; '5' is a text\n  would be ignored",
		rule("data.n > `5`", "data.plan"):                          "the sides are: data.n is a number, `5`; `5` is a number\n",
		rule("data.plan != 'gold'", "data.plan"):                   "the sides are equal: data.plan is a text, 'gold'; 'gold' is a text\n",
		rule("data.plan", ""):                                      "rule a: with.displayName: is unset: nothing is written there. YAML takes # after a blank for a comment\n",
		rule("data.plan", "''"):                                    "rule a: with.displayName: is unset: nothing is written there",
		rule("data.plan", "~"):                                     "rule a: with.displayName: is unset: nothing is written there",
		rule("data.plan", "#1 Acme"):                               "rule a: with.displayName: is unset: nothing is written there",
		rule("data.plan", "data.plan") + "\n  set: {subjects: ''}": "rule a: set.subjects: is unset: nothing is written there",
		rule("data.plan", "data.plan") + "\n  set: {opcRequestId: Invitation for data.company}": "rule a: set.opcRequestId: data.company is sent as it is written: an expression stands under with\n",
		rule("data.plan", "data.plan") + "\n  set: {freeformTags: {a: 'of {data.x.y}'}}":        "rule a: set.freeformTags: data.x.y is sent as it is written",
		match("type: com.a|com.b"):                "    \"com.a|com.b\" has '|', which stands for itself: only * matches other text. Several types or sources are several rules\n",
		match("type: com.a, com.b"):               "    \"com.a, com.b\" has ',', which stands for itself",
		match("type: ^com.*$"):                    "    \"^com.*$\" has '^', which stands for itself",
		match("type: 't '"):                       "    \"t \" has ' ', which stands for itself",
		match("type: t\n    source: a|b"):         "    \"a|b\" has '|', which stands for itself",
		rule("data.plan != 'trial'", "data.plan"): "rule a: matches\n  create: {",
	} {
		var out strings.Builder
		err := check(&out, func(name string) string { return map[string]string{"RULES": rules}[name] }, file)
		if err != nil || !strings.Contains(out.String(), wanted) {
			t.Errorf("%s\n%v\n%s\nwant %s", rules, err, out.String(), wanted)
		}
	}
}

// TestCheckCorpus checks all deliveries in testdata/events with the built-in rules: just those named bad-… fail.
func TestCheckCorpus(t *testing.T) {
	files, err := filepath.Glob(folder + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Ext(file) == ".txtar" {
			continue
		}
		err := check(io.Discard, func(string) string { return "" }, file)
		if bad := strings.HasPrefix(filepath.Base(file), "bad-"); bad != (err != nil) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// What is told without rules: the command doctor, and the records behind the first of a long list.
func TestTellShort(t *testing.T) {
	signup, err := os.ReadFile(folder + "signup.json")
	if err != nil {
		t.Fatal(err)
	}
	for body, wanted := range map[string]string{
		`{"operation": "doctor"}`: "Record 1 of 1\n  doctor: would be carried out\n",
		"[" + strings.Repeat(string(signup)+",", 20) + string(signup) + "]": "  }\n  rules: explained for the first records of the list only\n  rule signup: decides\n  create: {",
	} {
		file := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := check(&out, func(string) string { return "" }, file); err != nil || strings.Count(out.String(), wanted) != 1 {
			t.Errorf("%v\n%.2000s", err, out.String())
		}
	}
}
