package explain_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sender-invitations/events"
	rulestext "sender-invitations/handler/rules"
	"sender-invitations/internal/explain"
)

// FuzzDelivery asserts that no rules and no body cause a panic, and that there are either faults or the records of the delivery. Each
// explained rule that does not match says what differs.
func FuzzDelivery(f *testing.F) {
	files, err := filepath.Glob("../../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	texts := []string{rulestext.BuiltInText, rules, manyRules(3), "- name: a\n  match: [", "", "[]"}
	for index, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(texts[index%len(texts)], body)
	}
	f.Fuzz(func(t *testing.T, text string, body []byte) {
		delivery := events.Delivery{Body: body, Direct: true, CallID: "c", Prefix: "senderinvitation"}
		got := explain.Delivery(getenv("RULES", text), delivery)
		if _, err := json.Marshal(got); err != nil || got.Records == nil {
			t.Fatal(got, err)
		}
		records := len(events.Decode(delivery))
		if got.Faults != nil && len(got.Records) > 0 || got.Faults == nil && len(got.Records) != records {
			t.Fatalf("%d faults and %d records of %d", len(got.Faults), len(got.Records), records)
		}
		for _, fault := range got.Faults {
			if fault.Text == "" || fault.Line < 0 {
				t.Fatalf("%+v", fault)
			}
		}
		for _, record := range got.Records {
			if record.Error == nil && record.Ignored == "" && record.Operation == "" {
				t.Fatalf("%+v", record)
			}
			for _, rule := range record.Rules {
				if rule.Matches != (rule.Field == "") || rule.Matches && rule.Tried && record.Rule != rule.Name {
					t.Fatalf("%+v decided by %s", rule, record.Rule)
				}
			}
		}
	})
}
