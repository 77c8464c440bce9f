package handler

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
)

// What is nested is measured once, however deep; else it would be so often that no start ends.
func TestNestedExpressions(t *testing.T) {
	const depth = 200
	for _, c := range []struct {
		before, after string
		refused       bool
	}{
		{"map(&", ", @)", false},
		{"max_by(@, &", ")", false},
		{"sort_by(@, &", ")", true},
		{"to_array(", ")", false},
		{"@[?", "]", false},
		{"[[@", "][0]][0]", false},
	} {
		_, err := compileExpression(strings.Repeat(c.before, depth) + "@" + strings.Repeat(c.after, depth))
		if refused := err != nil && strings.Contains(err.Error(), "can make too much of an event"); refused != c.refused && err == nil {
			t.Errorf("%s: %v", c.before, err)
		}
	}
}

// Where the library drops an error and goes on, a wrong argument can be written into one again and again.
func TestSwallowedErrorsCost(t *testing.T) {
	stepsOf := func(text string) float64 {
		e, err := compileExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		return e.steps(usualSize, usualValues)
	}
	for _, c := range [][2]string{{"abs(@)[]", "abs(@) | []"}, {"keys(@)[?a]", "keys(@) | [?a]"}, {"abs(@).*", "abs(@) | *"}} {
		if swallowed, once := stepsOf(c[0]), stepsOf(c[1]); swallowed < once+3*usualSize {
			t.Errorf("%s takes %v steps, and %v where the first error is the last", c[0], swallowed, once)
		}
	}
}

// The fields of a rule have one room for what they make; neither they nor what is dropped on the way fill the memory.
func TestFieldsShareTheirRoom(t *testing.T) {
	const much = `"map(&[{a:@},{a:@}], data.l)"`
	fields := []string{"recipientTenancyId", "recipientEmailAddress", "displayName", "subjects", "features", "freeformTags", "definedTags", "opcRetryToken", "opcRequestId"}
	rule := func(count int) string {
		return aRule("with: {" + strings.Join(fields[:count], ": "+much+", ") + ": " + much + "}")
	}
	if _, err := compileRules([]byte(rule(9))); err == nil || !strings.Contains(err.Error(), "with: the fields can make too much of an event together") {
		t.Error(err)
	}
	list := func(length int) string { return `{"l": [` + strings.Repeat("1,", length) + `1]}` }
	for _, c := range []struct {
		rule, data, fault string
	}{
		{strings.ReplaceAll(rule(5), much, `"length(map(&[{a:@},{a:@}], data.l))"`), list(10_000), "the event is too large for it"},
		{rule(1), list(49_000), "the event is too large for it"},
		{rule(1), list(6_000), "with.recipientTenancyId: a command has at most 262144 bytes and 10000 values"},
		{aRule(`with: {recipientTenancyId: data.t, freeformTags: "{a: data.x, b: data.x}"}`), `{"x": "` + strings.Repeat("x", 200_000) + `"}`, "with.freeformTags: a command has at most"},
		{aRule(`with: {recipientTenancyId: data.t, freeformTags: "[data.l, data.l]"}`), list(6_000), "with.freeformTags: a command has at most"},
		{aRule(`with: {recipientTenancyId: data.x, displayName: data.x}`), `{"x": "` + strings.Repeat("x", 200_000) + `"}`, "a command has at most"},
	} {
		_, _, err := matchedBy(t, c.rule, c.data)
		if fault := events.AsError(err); fault == nil || fault.Status != 400 || !strings.Contains(fault.Message, c.fault) {
			t.Errorf("%s of %.20s: %v", c.rule, c.data, err)
		}
	}
	dropped := "length(map(&[" + strings.TrimSuffix(strings.Repeat("{a:@},", 60), ",") + "], data.l))"
	if _, err := compileExpression(dropped); err == nil {
		t.Errorf("%s is taken", dropped)
	}
}

// An expression is used by all invocations at once, and sort_by sorts in place: what it is given, a literal too, is never
// what others see.
func TestSortedLiterals(t *testing.T) {
	rules, err := compileRules([]byte(aRule("with: {recipientTenancyId: \"join('', sort_by(`[\\\"c\\\",\\\"a\\\",\\\"b\\\"]`, &@))\"}")))
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range 50 {
				m, err := match(rules, anEvent("{}"))
				if err != nil || m.rule == nil {
					t.Error(err)
					return
				}
				if command, err := m.rule.command(m.view); err != nil || command.RecipientTenancyID != "abc" {
					t.Error(command.RecipientTenancyID, err)
				}
			}
		})
	}
	workers.Wait()
}

func anEvent(data string) event.Event {
	e := event.New()
	e.SetID("1")
	e.SetType("T")
	e.SetSource("/S")
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = []byte(data)
	return e
}

// The letter case of an event's texts is folded once, not for each rule.
func TestCaseIsFoldedOnce(t *testing.T) {
	var rules []rule
	for range maxRules {
		rules = append(rules, rule{kind: compilePattern("*"), source: compilePattern("*x")})
	}
	e := anEvent("{}")
	allocated := testing.AllocsPerRun(10, func() {
		if m, err := match(rules, e); err != nil || m.rule != nil {
			t.Error(err)
		}
	})
	if allocated > maxRules/4 {
		t.Errorf("%v allocations for %d rules", allocated, maxRules)
	}
}

// planner is an invocation that plans by the rules, and calls nothing.
func planner(t *testing.T, rules string) *invocation {
	t.Helper()
	compiled, err := compileRules([]byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{EventTypePrefix: "senderinvitation", rules: func() []rule { return compiled }}, nil, "", slog.New(slog.DiscardHandler)).invocation(t.Context(), directDoor)
}

// recordsOf are as many records as a list has at most, with an event in each.
func recordsOf(t *testing.T, kind, data string) (records []events.Record) {
	t.Helper()
	e := anEvent(data)
	e.SetType(kind)
	for range events.MaxRecords {
		records = append(records, events.Record{Event: e})
	}
	return records
}

// A full list of usual events, each as long as a body has room for, never takes what the rules may take of a delivery: not
// with the built-in rules, nor with ten expressions of the usual kinds.
func TestFullListsArePlanned(t *testing.T) {
	t.Parallel()
	builtIn, err := os.ReadFile("rules.yaml")
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
		spent := 0.0
		for index, task := range planner(t, rules).planAll(t.Context(), events.Delivery{}, recordsOf(t, "com.example.tenancy.signup", data)) {
			if spent += task.spent; task.Result.Error != nil || task.command.operation == nil {
				t.Fatalf("%s: record %d: %v", name, index, task.Result.Error)
			}
		}
		if spent > maxDeliverySteps/2 {
			t.Errorf("%s: %v steps", name, spent)
		}
	}
}

// costly is a rule whose condition could take long.
var costly = strings.Replace(aRule("with: {recipientTenancyId: data.t}"), "type: t", `type: t, when: "data.l[?x] && sort_by(data.l, &join(' ', [x, y]))"`, 1)

// A list that the rules take too long with fails from where that is known, for good; commands in it are carried out.
func TestCostlyListsFail(t *testing.T) {
	records := recordsOf(t, "t", `{"l": [`+strings.Repeat(`"xxxxxxxxx", `, 4_000)+`""]}`)
	command := anEvent(`{"recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
	command.SetType("senderinvitation.create")
	records[len(records)-1].Event = command
	tasks := planner(t, costly).planAll(t.Context(), events.Delivery{}, records)
	spent := 0.0
	for _, task := range tasks {
		spent += task.spent
	}
	if spent < maxDeliverySteps || spent > maxDeliverySteps+maxSteps {
		t.Errorf("%v steps", spent)
	}
	last, failed := tasks[len(tasks)-1], tasks[len(tasks)-2]
	if last.Result.Error != nil || last.command.operation == nil {
		t.Errorf("the command: %v", last.Result.Error)
	}
	if fault := failed.Result.Error; fault == nil || fault.Status != 413 || fault.Retryable || failed.Result.Outcome != events.Failed {
		t.Errorf("%v", fault)
	}
}

// Once the time has run out no rules are asked any more: the records come again.
func TestPlanningEndsWithTheTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, task := range planner(t, costly).planAll(ctx, events.Delivery{}, recordsOf(t, "t", "{}")[:2]) {
		fault := task.Result.Error
		if fault == nil || !fault.Retryable || fault.Message != "not begun: the invocation's time ran out" || task.spent != 0 || !comesAgain(task.Publication) {
			t.Errorf("%v", fault)
		}
	}
}

// Lists are sorted by what people sort them by, also those of the largest events that a topic brings.
func TestSortKeys(t *testing.T) {
	var items []string
	for index := range 500 {
		items = append(items, fmt.Sprintf(`{"id": "%03d", "price": "%d", "name": "%s", "ts": %d, "first": "a", "last": "%03d"}`,
			index, 600-index, strings.Repeat("x", min(40, 501-index)), 1500-index, 500-index))
	}
	data := `{"items": [` + strings.Join(items, ",") + `]}`
	for _, key := range []string{"to_number(price)", "length(name)", "to_string(ts)", "not_null(ts, created)", "join(' ', [last, first])", "ts"} {
		_, command, err := matchedBy(t, aRule(`with: {recipientTenancyId: "sort_by(data.items, &`+key+`)[0].id"}`), data)
		if err != nil || command != `{"recipientTenancyId":"499"}` {
			t.Errorf("%s of %d bytes: %s %v", key, len(data), command, err)
		}
	}
}
