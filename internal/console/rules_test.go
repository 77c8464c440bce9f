package console_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/handler/rules"
	"sender-invitations/internal/console/pagetest"
	"sender-invitations/internal/explain"
)

// TestRulesInForce checks that the page gets the rules that the function has.
func TestRulesInForce(t *testing.T) {
	s := start(t, echo, echo)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, []byte("[] # file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, value string
		want        string
		builtIn     bool
	}{
		{"MODE", "hold", rules.BuiltInText[strings.Index(rules.BuiltInText, "# The built-in"):], true},
		{"RULES", "[] # text", "[] # text", false},
		{"RULES_FILE", file, "[] # file", false},
		{"RULES_FILE", file + ".none", "", false},
	} {
		s.settings = map[string]string{c.name: c.value}
		var got struct {
			YAML     string
			BuiltIn  bool
			Settings map[string]string
		}
		answer := do(t, "GET", s.url+"/console/rules", nil)
		if err := json.Unmarshal([]byte(answer.body), &got); err != nil || answer.status != 200 || got.YAML != c.want || got.BuiltIn != c.builtIn ||
			got.Settings[c.name] != c.value || got.Settings["EVENT_TYPE_PREFIX"] != "senderinvitation" || got.Settings["MODE"] == "" {
			t.Errorf("%s=%s: %d %s", c.name, c.value, answer.status, answer.body)
		}
	}
}

// TestTryRules checks that the rules of the request count, whatever the stack has, and the headers too.
func TestTryRules(t *testing.T) {
	s := start(t, echo, echo)
	try := func(rules, headers, body string) (got explain.Explained) {
		t.Helper()
		asked, _ := json.Marshal(map[string]any{"rules": rules, "headers": json.RawMessage(headers), "body": body})
		status, answer := pagetest.Post(t, s.url, "rules", string(asked))
		if err := json.Unmarshal([]byte(answer), &got); err != nil || status != 200 || got.Records == nil {
			t.Fatalf("%d %s", status, answer)
		}
		return got
	}
	const event = `{"specversion":"1.0","id":"1","source":"s","type":"acme.signup","data":{"id":"ocid1.tenancy.oc1..x"}}`
	const own = `[{"name":"mine","match":{"type":"acme.*"},"operation":"create","with":{"recipientTenancyId":"data.id"}}]`
	for name, value := range map[string]string{"RULES": "[]", "RULES_FILE": "/none"} {
		s.settings = map[string]string{name: value}
		got := try(own, `{"Content-Type":"application/cloudevents+json"}`, event)
		if len(got.Records) != 1 || got.Records[0].Rule != "mine" || !strings.Contains(string(got.Records[0].Command), "ocid1.tenancy.oc1..x") {
			t.Errorf("%+v", got)
		}
	}
	s.settings = map[string]string{}
	if got := try(own, `{"Ce-Specversion":"1.0","Ce-Id":"1","Ce-Source":"s","Ce-Type":"acme.signup","Content-Type":"application/json"}`, `{"id":"x"}`); len(got.Records) != 1 || got.Records[0].Rule != "mine" {
		t.Errorf("binary mode: %+v", got)
	}
	for _, wrong := range []string{"", "- name: [", own[1:]} { // an empty text does not mean the built-in rules
		if got := try(wrong, "null", event); len(got.Faults) == 0 || len(got.Records) != 0 {
			t.Errorf("%q: %+v", wrong, got)
		}
	}
	if status, answer := pagetest.Post(t, s.url, "rules", `{"yaml":""}`); status != 400 {
		t.Errorf("%d %s", status, answer)
	}
}
