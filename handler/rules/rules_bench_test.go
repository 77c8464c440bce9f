package rules

import (
	"fmt"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/jmespath"
)

// BenchmarkCompileRules compiles the built-in rules.
func BenchmarkCompileRules(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse([]byte(BuiltInText)); err != nil {
			b.Fatal(err)
		}
	}
}

// ordinaryRules returns ten rules of the usual kind. All their conditions are evaluated; the last one holds.
func ordinaryRules() string {
	var rules []string
	for index := range 10 {
		rules = append(rules, fmt.Sprintf(`- name: rule %d
  match: {type: t, when: "data.list[?kind == 'none%d'] || contains(data.text || '', 'none') || %d == %s"}
  operation: create
  with:
    recipientTenancyId: data.list[?kind == 'tenancy'] | [0].id
    displayName: join(' ', ['Invitation for', to_string(data.list[0].name)])
    freeformTags: "{least: to_string(sort_by(data.list[?n], &n)[0].n), count: to_string(length(data.list || ''))}"
    opcRequestId: max_by(data.list[?n], &n).id`, index, index, index, "`9`"))
		rules[index] = strings.ReplaceAll(rules[index], fmt.Sprint(index, " == `9`"), fmt.Sprintf("`%d` == `9`", index))
	}
	return strings.Join(rules, "\n")
}

// hostileData returns the data of the largest events that rules see, one of each kind.
func hostileData() map[string]string {
	list := func(element string, count int) string {
		return `{"list": [` + strings.Repeat(element+",", count-1) + element + `]}`
	}
	var names []string
	for index := range 45_000 {
		names = append(names, fmt.Sprintf(`"%x": 0`, index*7919%45_000))
	}
	return map[string]string{
		"6MB-text":     `{"text": "` + strings.Repeat("<", 6_000_000) + `"}`,
		"6MB-objects":  list(`{"n": 1, "kind": "x", "name": "`+strings.Repeat("x", 500)+`"}`, 12_000),
		"numbers":      list("1", 49_000),
		"empty-lists":  list("[]", 24_000),
		"deep":         `{"list": ` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`,
		"many-keys":    `{"list": [{` + strings.Join(names, ", ") + `}]}`,
		"many-objects": list(`{"n": 1, "kind": "x"}`, 16_000),
	}
}

// BenchmarkHostileEvents matches the largest events with ten ordinary rules.
func BenchmarkHostileEvents(b *testing.B) {
	compiled, err := Parse([]byte(ordinaryRules()))
	if err != nil {
		b.Fatal(err)
	}
	for name, data := range hostileData() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var err error
			for b.Loop() {
				var m Match
				if m, err = compiled.Match(anEvent(data)); err == nil && m.rule != nil {
					_, err = m.Command()
				}
			}
			if err != nil {
				b.Log(events.AsError(err).Message)
			}
		})
	}
}

// BenchmarkHostileList matches 1,000 records of 6 KB, with 3,000 values each, with ten ordinary rules.
func BenchmarkHostileList(b *testing.B) {
	compiled, err := Parse([]byte(ordinaryRules()))
	if err != nil {
		b.Fatal(err)
	}
	e := anEvent(`{"list": [` + strings.Repeat("1,", 3_000) + `1]}`)
	for b.Loop() {
		for range events.MaxRecords {
			if m, err := compiled.Match(e); err == nil && m.rule != nil {
				_, _ = m.Command()
			}
		}
	}
}

// BenchmarkHostileExpressions evaluates slow expressions, and expressions with large values, on the largest events.
func BenchmarkHostileExpressions(b *testing.B) {
	for name, data := range hostileData() {
		event, err := viewOf(anEvent(data))
		if err != nil {
			b.Fatal(err)
		}
		for _, text := range []string{
			"to_string(data)", "abs(data)", "sort(data.list)", "sort_by(data.list, &to_string(@))[0]", "sort(map(&to_string(@), data.list))",
			"data.list[*].{a: @, b: @}", "data.list[?abs(@)[] || @ == 'x']", "join('; ', data.list[*].to_string(@))",
			"split(data.text, '<', `1000`)", "replace(data.text || to_string(data), '<', '&lt;')", "upper(data.text || to_string(data))",
			"contains(data.text, 'needle')", "contains(data.list, data.list[-1])", "data.list == data.list[:]",
		} {
			e, err := jmespath.Compile(text)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(name+"/"+text, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, _ = e.Search(event) // only its time and memory matter
				}
			})
		}
	}
}
