package rules

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/handler/jmespath"
	"sender-invitations/handler/wildcard"
)

// The fields of a rule share the limits of a command.
func TestFieldsShareLimits(t *testing.T) {
	const much = `"map(&[{a:@},{a:@}], data.l)"`
	list := func(length int) string { return `{"l": [` + strings.Repeat("1,", length) + `1]}` }
	for _, c := range []struct {
		rule, data, fault string
	}{
		{aRule("with: {recipientTenancyId: data.t, displayName: " + much + "}"), list(49_000), "with.displayName: a command has at most 262144 bytes and 10000 values"},
		{aRule("with: {recipientTenancyId: " + much + "}"), list(6_000), "with.recipientTenancyId: a command has at most 262144 bytes and 10000 values"},
		{aRule(`with: {recipientTenancyId: data.t, freeformTags: "{a: data.x, b: data.x}"}`), `{"x": "` + strings.Repeat("x", 200_000) + `"}`, "with.freeformTags: a command has at most"},
		{aRule(`with: {recipientTenancyId: data.t, freeformTags: "[data.l, data.l]"}`), list(6_000), "with.freeformTags: a command has at most"},
		{aRule(`with: {recipientTenancyId: data.x, displayName: data.x}`), `{"x": "` + strings.Repeat("x", 200_000) + `"}`, "a command has at most"},
	} {
		_, _, err := matchedBy(t, c.rule, c.data)
		if fault := events.AsError(err); fault == nil || fault.Status != 400 || !strings.Contains(fault.Message, c.fault) {
			t.Errorf("%s on %.20s: %v, want %s", c.rule, c.data, err, c.fault)
		}
	}
}

// All invocations share an expression, and the library's sort_by sorts in place. No evaluation sees what another one sorts, not even a
// literal.
func TestSortedLiterals(t *testing.T) {
	rules, err := Parse([]byte(aRule("with: {recipientTenancyId: \"join('', sort_by(`[\\\"c\\\",\\\"a\\\",\\\"b\\\"]`, &@))\"}")))
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range 50 {
				m, err := rules.Match(anEvent("{}"))
				if err != nil || m.rule == nil {
					t.Error(err)
					return
				}
				if command, err := m.Command(); err != nil || command.RecipientTenancyID != "abc" {
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

// Match makes the lower case of an event's texts once, not for each rule.
func TestCaseIsFoldedOnce(t *testing.T) {
	var rules Rules
	for range maxRules {
		rules = append(rules, rule{kind: wildcard.Compile("*"), source: wildcard.Compile("*x")})
	}
	e := anEvent("{}")
	allocated := testing.AllocsPerRun(10, func() {
		if m, err := rules.Match(e); err != nil || m.rule != nil {
			t.Error(err)
		}
	})
	if allocated > maxRules/4 {
		t.Errorf("%v allocations for %d rules", allocated, maxRules)
	}
}

// sort_by takes the usual sort keys, also on lists as large as a topic delivers.
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

func TestRuleLimits(t *testing.T) {
	good := func(name string) string {
		return strings.Replace(aRule("with: {recipientTenancyId: data.x}"), "name: a", "name: "+name, 1)
	}
	var many []string
	for index := range maxRules + 1 {
		many = append(many, good(fmt.Sprint("r", index)))
	}
	long := strings.Repeat("x", maxPattern+1)
	if _, err := Parse([]byte(strings.Join(many[1:], "\n"))); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct{ text, wanted string }{
		"rules":      {strings.Join(many, "\n"), "there are 257 rules; the maximum is 256"},
		"text":       {"[]" + strings.Repeat(" ", maxRulesSize), "the rules are longer than 262144 bytes"},
		"name":       {good(long), "name: is longer than 512 bytes"},
		"type":       {strings.Replace(good("a"), "type: t", "type: "+long, 1), "line 2: match.type: is longer than 512 bytes"},
		"source":     {strings.Replace(good("a"), "type: t", "type: t, source: "+long, 1), "line 2: match.source: is longer than 512 bytes"},
		"expression": {strings.Replace(good("a"), "data.x", "data."+strings.Repeat("x", jmespath.MaxSize), 1), "line 4: with.recipientTenancyId: is longer than 4096 bytes"},
		"join":       {strings.Replace(good("a"), "data.x", "'join(data.a, data.b)'", 1), `rule "a", line 4: with.recipientTenancyId: the function join takes only a literal`},
		"replace":    {strings.Replace(good("a"), "type: t", `type: t, when: "replace(data.a, 'x', data.b)"`, 1), `rule "a", line 2: match.when: the function replace takes only a literal`},
		"nested":     {good("a") + "\n  set: {definedTags: " + strings.Repeat("[", 100_000), "not YAML: line 5: exceeded max depth"},
		"aliases":    {bomb(), "set: is not an object"},
	} {
		if _, err := Parse([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.wanted) {
			t.Errorf("%s: %v, want %s", name, err, c.wanted)
		}
	}
}

// bomb returns rules whose YAML aliases would expand to billions of literals.
func bomb() string {
	text := aRule("with: {recipientTenancyId: data.x}", "set:", "  freeformTags: {a: &a0 [x, x, x, x, x, x, x, x, x]}")
	for level := range 10 {
		alias := fmt.Sprintf("*a%d", level)
		text += fmt.Sprintf("\n    b%d: &a%d [%s]", level, level+1, strings.Repeat(alias+", ", 8)+alias)
	}
	return text
}
