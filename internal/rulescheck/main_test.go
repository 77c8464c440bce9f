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
  set: {subjects: [LINK]}`}
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
	//   rule paying: no match, its when differs
	//   rule all: matches
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
	for _, c := range []struct {
		name, file string
		settings   map[string]string
		out, err   string
	}{
		{"built in", "signup.json", nil, "rule signup: matches", ""},
		{"rules file", "signup.json", map[string]string{"RULES_FILE": rules}, "", `RULES_FILE: rule "a", line 4: field wiht not found`},
		{"no rule", "objectstorage-createbucket.json", nil, "rule offboarding: no match, its type differs\n  would be ignored", ""},
		{"headers", "notification-command.http", nil, `"source": "ocid1.onstopic.oc1.iad.aaaaaaaasignups"`, ""},
		{"command", "command-list.json", nil, `list: {`, ""},
		{"list", "bad-batch-one.json", nil, "Record 2 of 3\n  would fail: 400 CannotParseRequest: record 2:", "records that would fail: 1 of 3"},
		{"empty list", "empty-list.json", nil, "nothing would be done", ""},
		{"own result", "cloudevent-result.json", nil, "would be ignored", ""},
		{"replay", "cloudevent-failed.json", nil, `create: {`, ""},
		{"sender", "signup.json", map[string]string{"RULES": self, "COMPARTMENT_OCID": "ocid1.tenancy.oc1..aaaaaaaasender"}, "", "records that would fail: 1 of 1"},
		{"condition", "signup.json", map[string]string{"RULES": "- name: a\n  match: {type: '*', when: \"contains(data.nope, 'x')\"}\n  operation: create\n  with: {recipientTenancyId: data.x}"},
			"rule a: its condition cannot be evaluated\n  would fail: 400 InvalidParameter: rule a: match.when", "records that would fail: 1 of 1"},
		{"no file", "nonexistent.json", nil, "", "no such file"},
	} {
		var out strings.Builder
		err := check(&out, func(name string) string { return c.settings[name] }, folder+c.file)
		if !strings.Contains(out.String(), c.out) || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %v\n%s", c.name, err, out.String())
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
