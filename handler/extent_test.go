package handler

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/jmespath/go-jmespath"

	"sender-invitations/events"
)

// Expressions as people write them are taken, long ones too.
func TestExpressionsTaken(t *testing.T) {
	tag := "tag%d: join('-', [data.team, data.name, 'x'])"
	var eight []string
	for index := range 8 {
		eight = append(eight, fmt.Sprintf(tag, index))
	}
	for _, text := range []string{
		"data.tenancyId", "data.company && join(' ', ['Invitation for', data.company])", "data.plan != 'trial'",
		"{" + strings.Join(eight, ", ") + "}", "data.items[?kind=='tenancy'] | [0].id", "sort_by(data.list, &x)[0].y",
		"to_string(data.n)", "to_string(data)", "merge(data.tags, {a: 'b'})", "to_string(sort(keys(@)))",
		"data.list[*].join(', ', ['Invitation for', to_string(@)])", "data.*.{a: x, b: y}", "data[].list[].x | [0]", "data.list[::2][-1]",
		"join(data.separator, [data.a, data.b])", "max_by(data.list, &n).id || min(data.numbers)", "data.list[?contains(tags, 'x') && !old].id | [0]",
		"data.a == data.b", "not_null(data.a, data.b, 'c')", "map(&to_string(@), data.list) | join(',', @)", "data.list[?n > `5`] | length(@) > `2`",
		"sort_by(data.items, &to_number(price))[0].id", "sort_by(data.items, &length(name))[0].id", "sort_by(data.items, &to_string(ts))[0].id",
		"sort_by(data.items, &not_null(ts, created))[0].id", "sort_by(data.items, &join(' ', [last, first]))[0].id", "max_by(data.items, &to_string(ts))",
		"join(', ', sort(map(&join('=', [k, v]), data.pairs)))", "[[data.a, data.b], [data.c]][] | join('/', @)", "type(data) == 'object'",
	} {
		if _, err := compileExpression(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What can make far more of an event than it is, is refused before there is one, and so is what the library would only find
// out, or fall over, later.
func TestExpressionsRefused(t *testing.T) {
	const much = "can make too much of an event"
	for text, wanted := range map[string]string{
		strings.Repeat("[@,@][] | ", 20) + "@":                                                          much,
		strings.Repeat("[@,@] | ", 20) + "to_string(@)":                                                 much,
		strings.Repeat("{a: @, b: @} | ", 12) + "@":                                                     much,
		strings.Repeat("to_string([", 10) + "@" + strings.Repeat("])", 10):                              much,
		"join(data.a, data.list)":                                                                       much,
		"data.lists[*].join(a, b)":                                                                      much,
		"join(join(',', data.a), data.list)":                                                            much,
		strings.Repeat("[@,@,@,@,@,@,@,@] | map(&[@,@,@,@], @) | ", 6) + "@":                            much,
		"sort_by(data.list, &to_string(sort(map(&to_string(@), @))))":                                   much,
		"[" + strings.Repeat("to_string(@),", 200) + "@]":                                               much,
		"data.list[*].{" + strings.Repeat("a: `[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]`, ", 60) + "b: @}": much,
		strings.Repeat("a.", 2048) + "a":                                                                "is longer than 4096 bytes",
		"nofunc(data)":                                                                                  "JMESPath has no function nofunc; it has abs, avg, ceil, contains,",
		"[0](data)":                                                                                     "JMESPath has no function",
		"join(',')":                                                                                     "the function join takes 2 arguments, not 1",
		"length(map(not_null(&to_string(@|[@,@]|[@,@]), data.l), data.l))":                              "the function map takes an &expression",
		"map(data.x || &y, data.l)":                                                                     "the function map takes an &expression",
		"(&x) | map(@, `[1,2,3]`)":                                                                      "an &expression stands only where",
		"sort_by(data.l, x)":                                                                            "the function sort_by takes an &expression",
		"max_by(&x, data.l)":                                                                            "an &expression stands only where",
		"min_by(data.l, [&x])":                                                                          "the function min_by takes an &expression",
		"map(&x, &y)":                                                                                   "an &expression stands only where",
		"data[*].{a: &x}":                                                                               "an &expression stands only where",
		"map(&nofunc(@), data)":                                                                         "has no function nofunc",
		"not_null()":                                                                                    "the function not_null takes 1 arguments, not 0",
		"a\u0080":                                                                                       "is no JMESPath",
		"[99999999999999999999] ":                                                                       "SyntaxError",
	} {
		if _, err := compileExpression(text); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%.100s: %v, want %s", text, err, wanted)
		}
	}
}

// The library's tree is read by reflection: each kind of node is found as what it is, with what it holds.
func TestTreeIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"a":              "5 a",
		"@":              "2",
		"'x'":            "12 x",
		"!a":             "17(5 a)",
		"a == b":         "1 22(5 a,5 b)",
		"a || b && c":    "15(5 a,16(5 b,5 c))",
		"a.b | c[0]":     "18(20(5 a,5 b),10(5 c,9))",
		"a[*].b":         "19(5 a,5 b)",
		"a[1:2]":         "19(10(5 a,21),8)",
		"a.*":            "22(5 a,8)",
		"a[]":            "19(7(5 a),8)",
		"a[?b].c":        "6(5 a,5 c,5 b)",
		"[a, {b: c}]":    "14(5 a,13(11 b(5 c)))",
		"sort_by(a, &b)": "4 sort_by(5 a,3(5 b))",
	} {
		parsed, err := jmespath.NewParser().Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := told(asNode(parsed)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func told(n node) string {
	text := strings.TrimSpace(fmt.Sprint(n.kind(), " ", n.text()))
	if n.kind() == int64(jmespath.ASTComparator) {
		text = fmt.Sprint(n.kind(), " ", n.value().Int())
	}
	var parts []string
	for _, child := range n.children() {
		parts = append(parts, told(child))
	}
	if len(parts) > 0 {
		text += "(" + strings.Join(parts, ",") + ")"
	}
	return text
}

// sizeOfValue is the size of a value in the terms of an extent.
func sizeOfValue(value any) (bytes, values float64) {
	switch value := value.(type) {
	case string:
		return float64(len(value) + 2), 1
	case []any:
		bytes, values = 2, 1
		for _, element := range value {
			b, v := sizeOfValue(element)
			bytes, values = bytes+b+1, values+v
		}
		return bytes, values
	case map[string]any:
		bytes, values = 2, 1
		for name, member := range value {
			b, v := sizeOfValue(member)
			bytes, values = bytes+b+float64(len(name)+4), values+v
		}
		return bytes, values
	}
	return 1, 1
}

// checkExtent evaluates an expression, if it is taken, and compares what it makes with the bound.
func checkExtent(t *testing.T, text string, data []byte) {
	t.Helper()
	e, err := compileExpression(text)
	if err != nil {
		return
	}
	ce := event.New()
	ce.SetID("1")
	ce.SetType("t")
	ce.SetSource("/s")
	ce.SetDataContentType(event.ApplicationJSON)
	ce.DataEncoded = data
	seen, err := viewOf(ce)
	if err != nil {
		return
	}
	bytes, values := sizeOfValue(seen.value)
	if bytes > float64(seen.bytes) || values > float64(seen.values) {
		t.Fatalf("%s: a view of %v bytes and %v values is thought to have %d and %d", data, bytes, values, seen.bytes, seen.values)
	}
	value, err := e.search(seen)
	if err != nil {
		return
	}
	bytes, values = sizeOfValue(value)
	if mostBytes, mostValues := e.extent.bytes.at(seen.bytes, seen.values), e.extent.values.at(seen.bytes, seen.values); bytes > mostBytes || values > mostValues {
		t.Fatalf("%s makes %v bytes and %v values of %s, more than %v and %v", text, bytes, values, data, mostBytes, mostValues)
	}
}

var expressionSeeds = []string{
	"data", "[data,data,data][]", "data.list[*].[@,@]", "data.*.{a: @, longer: 'a literal'}", "to_string(data)", "data.list[].to_string(@)",
	"join('separator', data.texts)", "join(data.texts[0], [data.texts[1], data.texts[2]])", "sort_by(data.list, &x)", "merge(data, data, {a: 'b'})",
	"map(&[@, `[1,{\"a\":null}]`], data.texts)", "keys(data)", "values(data) | [0]", "reverse(data.texts)", "data.list[?x > `1`].{y: @, z: 'zzzzzzzz'}",
	"data.list[::-1]", "not_null(data.none, data.list)", "to_array(data)", "[type(data), length(data), data.a == `1`]", "*.[`1`]", "data.*.to_string(@)",
	"max_by(data.list, &x)", "min(data.texts)", "{a: {b: {c: data}}}", "data.list[?!x || contains(data, @)]", "@.data.list | [1].x", "sort(data.texts)[-1]", "\"data\".\"list\"[0]",
}

const extentData = `{"a": 1e20, "list": [{"x": 3}, {"x": 1, "y": "<\u0000>"}, {}], "texts": ["aaa", "", "\u2028ü"], "none": null}`

func TestExtentHolds(t *testing.T) {
	for _, text := range expressionSeeds {
		if _, err := compileExpression(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		for _, data := range []string{extentData, `[]`, `{}`, `null`, `"<<<<"`, `[[[[1e20]]]]`, `{"list": {"x": "y"}, "texts": []}`} {
			checkExtent(t, text, []byte(data))
		}
	}
}

// FuzzExpression asserts that no expression panics, and that one which is taken never makes more of an event than its extent
// says: what keeps events of strangers from filling the memory.
func FuzzExpression(f *testing.F) {
	for _, text := range expressionSeeds {
		f.Add(text, []byte(extentData))
	}
	files, err := filepath.Glob("../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for index, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(expressionSeeds[index%len(expressionSeeds)], body)
	}
	f.Fuzz(func(t *testing.T, text string, data []byte) {
		if events.CheckJSON(data) == nil {
			checkExtent(t, text, data)
		}
	})
}

// An event is refused where an expression could make too much of it: by one expression, and by all that see it.
func TestEventsTooLargeForExpressions(t *testing.T) {
	t.Parallel()
	long := `{"x": "` + strings.Repeat("x", 5<<20) + `"}`
	many := `{"x": [` + strings.Repeat("0,", 40_000) + `0]}`
	rule := "with: {recipientTenancyId: data.y, displayName: %q}"
	for _, c := range []struct {
		expression, data string
		refused          bool
	}{
		{"data.x", long, false},
		{"to_string(data.x)", long, true},
		{"to_string(data.x)", many, false},
		{"data.x[*].[@,@,@,@,@,@,@,@,@,@,@,@]", many, true},
		{"data.x[*].[@,@,@,@,@,@,@,@,@,@,@,@] | [0] | to_string(@)", `{"x": [[1]]}`, false},
	} {
		_, _, err := matchedBy(t, aRule(fmt.Sprintf(rule, c.expression)), c.data)
		refused := err != nil && strings.Contains(err.Error(), "rule a: with.displayName: the event is too large for it")
		if refused != c.refused {
			t.Errorf("%s of %.20s: %v", c.expression, c.data, err)
		}
	}
	var rules []string
	for index := range 10 {
		rules = append(rules, strings.Replace(strings.Replace(aRule("with: {recipientTenancyId: data.y}"), "name: a", fmt.Sprint("name: a", index), 1),
			"type: t", "type: t, when: \"sort(data.x)[0] == `1`\"", 1))
	}
	if _, _, err := matchedBy(t, strings.Join(rules, "\n"), many); err == nil || !strings.Contains(err.Error(), "match.when: the event is too large for it") {
		t.Error(err)
	}
}

func TestRuleLimits(t *testing.T) {
	good := func(name string) string {
		return strings.Replace(aRule("with: {recipientTenancyId: data.x}"), "name: a", "name: "+name, 1)
	}
	var many, slow []string
	for index := range maxRules + 1 {
		many = append(many, good(fmt.Sprint("r", index)))
	}
	for index := range 50 {
		slow = append(slow, strings.Replace(good(fmt.Sprint("r", index)), "data.x", `"sort_by(data.list, &x)[0].y"`, 1))
	}
	long := strings.Repeat("x", maxPattern+1)
	if _, err := compileRules([]byte(strings.Join(many[1:], "\n"))); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct{ text, wanted string }{
		"rules":      {strings.Join(many, "\n"), "there are 257 rules, at most 256 are taken"},
		"slow rules": {strings.Join(slow, "\n"), `rule "r38", line 156: with: the expressions of the rules up to here take too long together`},
		"text":       {"[]" + strings.Repeat(" ", maxRulesSize), "the rules are longer than 262144 bytes"},
		"name":       {good(long), "name: is longer than 512 bytes"},
		"type":       {strings.Replace(good("a"), "type: t", "type: "+long, 1), "line 2: match.type: is longer than 512 bytes"},
		"source":     {strings.Replace(good("a"), "type: t", "type: t, source: "+long, 1), "line 2: match.source: is longer than 512 bytes"},
		"expression": {strings.Replace(good("a"), "data.x", "data."+strings.Repeat("x", maxExpression), 1), "line 4: with.recipientTenancyId: is longer than 4096 bytes"},
		"explodes":   {strings.Replace(good("a"), "data.x", "'join(data.a, data.b)'", 1), "line 4: with.recipientTenancyId: can make too much of an event"},
		"nested":     {good("a") + "\n  set: {definedTags: " + strings.Repeat("[", 100_000), "not YAML: yaml: line 5: exceeded max depth"},
		"aliases":    {bomb(), "set: is not an object"},
	} {
		if _, err := compileRules([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.wanted) {
			t.Errorf("%s: %v, want %s", name, err, c.wanted)
		}
	}
}

// bomb are rules whose literals name each other: written out, they would have billions.
func bomb() string {
	text := aRule("with: {recipientTenancyId: data.x}", "set:", "  freeformTags: {a: &a0 [x, x, x, x, x, x, x, x, x]}")
	for level := range 10 {
		alias := fmt.Sprintf("*a%d", level)
		text += fmt.Sprintf("\n    b%d: &a%d [%s]", level, level+1, strings.Repeat(alias+", ", 8)+alias)
	}
	return text
}

// FuzzPattern asserts that a pattern matches what the regular expression does that says the same.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{{"com.acme.*", "com.acme.signup"}, {"*a*b*", "xxaxxbxx"}, {"a*a", "a"}, {"", "x"}, {"**", ""}, {"*ab*b", "ab"}, {"A", "a"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		for _, r := range text + value {
			if r >= 0x80 { // Go folds letters beyond ASCII in two ways
				return
			}
		}
		quoted := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`)
		if text == "" {
			quoted = ".*"
		}
		if got, want := compilePattern(text).MatchString(value), regexp.MustCompile(`(?is)^`+quoted+`$`).MatchString(value); got != want {
			t.Errorf("%q on %q: %v", text, value, got)
		}
	})
}

// BenchmarkExpressions evaluates, on the largest events that are taken, expressions that make much of them.
func BenchmarkExpressions(b *testing.B) {
	var members []string
	for index := range 20_000 {
		members = append(members, fmt.Sprintf(`"%x":0`, index*7919%20_000))
	}
	for name, data := range map[string]string{
		"numbers": "[" + strings.Repeat("0,", 40_000) + "0]",
		"objects": "[" + strings.Repeat(`{"x":1},`, 20_000) + `{"x":0}]`,
		"text":    `"` + strings.Repeat("<", 4<<20) + `"`,
		"lists":   "[" + strings.Repeat("[],", 20_000) + "[]]",
		"members": `[{"x":{` + strings.Join(members, ",") + "}}]",
	} {
		ce := event.New()
		ce.SetDataContentType(event.ApplicationJSON)
		ce.DataEncoded = json.RawMessage(data)
		for _, text := range []string{"to_string(data)", "sort_by(data, &x)[0]", "sort(data)", "data[?x == `1`] | [0]", "data[*].{a: @, b: @}", "data[*].to_string(@)",
			"data[?abs(@)[] || abs(x)[]]", "data[?data == x]", "sort_by(data, &join(' ', [x, y]))[0]"} {
			e, err := compileExpression(text)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(name+"/"+text, func(b *testing.B) {
				b.ReportAllocs()
				steps := 0.0
				for b.Loop() {
					seen, err := viewOf(ce)
					if err != nil {
						b.Fatal(err)
					}
					_, _ = e.search(seen) // whatever comes of it
					steps += seen.spent
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/steps, "ns/step")
			})
		}
	}
}

// BenchmarkPattern holds a pattern of many asterisks against the longest text that almost matches.
func BenchmarkPattern(b *testing.B) {
	p := compilePattern(strings.Repeat("a*", maxPattern/2-1) + "b")
	text := strings.Repeat("a", 2047) + "b"
	for b.Loop() {
		p.MatchString(text)
	}
}
