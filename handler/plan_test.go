package handler

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/handler/settings"
)

// planner returns an invocation with the rules, for planning. It makes no call.
func planner(t testing.TB, rules string) *invocation {
	t.Helper()
	config, err := settings.Parse(func(name string) string {
		return map[string]string{"RULES": rules, "RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	return New(config, nil, "", slog.New(slog.DiscardHandler)).invocation(t.Context(), directDoor)
}

// recordsOf returns the maximum number of records of a list, each with an event.
func recordsOf(t testing.TB, kind, data string) (records []events.Record) {
	t.Helper()
	e := event.New()
	e.SetID("1")
	e.SetType(kind)
	e.SetSource("/S")
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = []byte(data)
	for range events.MaxRecords {
		records = append(records, events.Record{Event: e})
	}
	return records
}

// The longest list of ordinary events, each as long as the body has room for, can be planned with the built-in rules, and with ten ordinary
// expressions.
func TestPlanningOfLongLists(t *testing.T) {
	builtIn, err := os.ReadFile("rules/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ordinary := `- name: a
  match: {type: com.example.tenancy.signup, when: "contains(data.plans, 'paid') && data.items[?kind == 'tenancy'] && data.company != data.former"}
  operation: create
  with:
    recipientTenancyId: data.items[?kind=='tenancy'] | [0].id || data.tenancyId
    recipientEmailAddress: not_null(data.admin.email, data.contact.email)
    displayName: join(' ', ['Invitation for', data.company, data.plans[0]])
    opcRetryToken: join('-', [data.team, data.name, to_string(data.number), 'x'])
    opcRequestId: to_string(data.number)
    features: map(&to_string(@), data.plans)
    freeformTags: "{plan: max_by(data.items, &n).kind, first: sort_by(data.items, &to_number(n))[0].kind, count: to_string(length(data.items))}"`
	data := `{"tenancyId": "ocid1.tenancy.oc1..a", "company": "Acme", "former": null, "team": "t", "name": "n", "number": 7, "admin": {"email": "a@acme.example"},
		"plans": ["paid", "trial"], "items": [{"kind": "tenancy", "n": 2, "id": "ocid1.tenancy.oc1..a"}` +
		strings.Repeat(`, {"kind": "other", "n": 1, "id": "ocid1.tenancy.oc1..another"}`, 80) + `]}`
	for name, rules := range map[string]string{"built-in": string(builtIn), "ordinary": ordinary} {
		for index, task := range planner(t, rules).plan(t.Context(), events.Delivery{}, recordsOf(t, "com.example.tenancy.signup", data)) {
			if task.Result.Error != nil || task.order == nil {
				t.Fatalf("%s: record %d: %v", name, index, task.Result.Error)
			}
		}
	}
}

// After the deadline, records that need rules fail as retryable.
func TestPlanningAfterDeadline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, task := range planner(t, "[{name: a, match: {type: t}, operation: cancel, with: {recipientTenancyId: data.t}}]").plan(ctx, events.Delivery{}, recordsOf(t, "t", "{}")[:2]) {
		fault := task.Result.Error
		if fault == nil || !fault.Retryable || fault.Message != "not begun: the invocation's time ran out" || !comesAgain(task.Publication) {
			t.Errorf("%v", fault)
		}
	}
}
