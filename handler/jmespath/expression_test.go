package jmespath

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// Ordinary expressions compile, long ones too.
func TestExpressionsAccepted(t *testing.T) {
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
		"max_by(data.list, &n).id || min(data.numbers)", "data.list[?contains(tags, 'x') && !old].id | [0]",
		"data.a == data.b", "not_null(data.a, data.b, 'c')", "map(&to_string(@), data.list) | join(',', @)", "data.list[?n > `5`] | length(@) > `2`",
		"sort_by(data.items, &to_number(price))[0].id", "sort_by(data.items, &length(name))[0].id", "sort_by(data.items, &to_string(ts))[0].id",
		"sort_by(data.items, &not_null(ts, created))[0].id", "sort_by(data.items, &join(' ', [last, first]))[0].id", "max_by(data.items, &to_string(ts))",
		"join(', ', sort(map(&join('=', [k, v]), data.pairs)))", "[[data.a, data.b], [data.c]][] | join('/', @)", "type(data) == 'object'",
		"split(data.list, ',')[0]", "split(data.list, ',', `2`) | join('-', @)", "trim(lower(data.mail))", "trim(data.name, '. ')",
		"replace(upper(data.name), '-', '_')", "replace(data.name, '-', '_', data.count)", "data.let", "data.in", "contains(data.domains, data.domain)",
	} {
		if _, err := compile(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// An expression is refused at start if it can grow faster than the event, if the oci CLI does not have it, or if it is wrong.
func TestExpressionsRefused(t *testing.T) {
	const arithmetic, dollar, reference = "there is no arithmetic", "there is no $: an expression starts at the event itself", "an &expression can only be an argument of"
	literal := func(function string, argument int) string {
		return fmt.Sprintf("the function %s takes only a literal such as ', ' as its argument %d", function, argument)
	}
	for text, wanted := range map[string]string{
		"join(data.a, data.list)":                 literal("join", 1),
		"data.lists[*].join(a, b)":                literal("join", 1),
		"join(join(',', data.a), data.list)":      literal("join", 1),
		"join(',' || data.a, data.list)":          literal("join", 1),
		"map(&join(@, ['a']), data)":              literal("join", 1),
		"replace(data.a, 'x', data.b)":            literal("replace", 3),
		"replace(data.a, data.b, 'x')":            literal("replace", 2),
		"data[?replace(a, 'x', upper('y'))]":      literal("replace", 3),
		"split(data.a, data.b)":                   literal("split", 2),
		"trim(data.a, data.b)":                    literal("trim", 2),
		"{a: sort_by(data, &trim(a, b))}":         literal("trim", 2),
		"pad_left(data.a, data.n)":                "there is no function pad_left; there are abs, avg, ceil, contains,",
		"zip(data.a, data.b)":                     "there is no function zip",
		"items(data)":                             "there is no function items",
		"from_items(data)":                        "there is no function from_items",
		"group_by(data, &x)":                      "there is no function group_by",
		"find_first(data.a, data.b)":              "there is no function find_first",
		"trim_left(data.a)":                       "there is no function trim_left",
		"nofunc(data)":                            "there is no function nofunc; there are abs, avg, ceil, contains,",
		"map(&nofunc(@), data)":                   "there is no function nofunc",
		"data.list[*].[@, $.data.a]":              dollar,
		"$":                                       dollar,
		"data.list[?a == $.data.a]":               dollar,
		"let $a = data.a in data.list[*].[@, $a]": dollar,
		"$a":                             dollar,
		"data.a + data.b":                arithmetic,
		"data.a * `2`":                   arithmetic,
		"-data.a":                        arithmetic,
		"a = b":                          "column 3: write == to compare",
		"map(&(a / b), data)":            arithmetic,
		strings.Repeat("a.", 2048) + "a": "is longer than 4096 bytes",
		"[0](data)":                      "] cannot stand here",
		"join(',')":                      "the function join takes another number of arguments: write join(",
		"trim()":                         "the function trim takes another number of arguments: write trim(",
		"replace(a, 'b', 'c', d, e)":     "the function replace takes another number of arguments: write replace(",
		"not_null()":                     "the function not_null takes another number of arguments: write not_null(",
		"map(data.x || &y, data.l)":      "the function map takes an &expression as its argument 1",
		"length(map(not_null(&x, data.l), data))": "the function map takes an &expression",
		"sort_by(data.l, x)":                      "the function sort_by takes an &expression as its argument 2",
		"(&x) | map(@, `[1,2,3]`)":                reference,
		"max_by(&x, data.l)":                      reference,
		"min_by(data.l, [&x])":                    "the function min_by takes an &expression",
		"map(&x, &y)":                             reference,
		"map(&&x, y)":                             "column 5: && cannot stand here",
		"data[*].{a: &x}":                         reference,
		"not_null(&x)":                            reference,
		"a\u0080":                                 "column 2: JMESPath has no character '\\u0080'",
		"[99999999999999999999] ":                 "column 2: the number is too large",
		"[":                                       "column 1: [ is not closed",
		"a[?b":                                    "column 2: [? is not closed",
	} {
		if _, err := compile(text); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%.100s: %v, want %s", text, err, wanted)
		}
	}
}

// evaluated returns the value of an expression on the data, as JSON.
func evaluated(t *testing.T, text, data string) (string, error) {
	t.Helper()
	e, err := compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var event any
	if err := json.Unmarshal([]byte(data), &event); err != nil {
		t.Fatal(err)
	}
	value, err := e.Search(event)
	if err != nil {
		return "", err
	}
	encoded, err := strict.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded), nil
}

// The five additional functions work, and expressions are evaluated as by the oci CLI where the library alone would differ.
func TestFunctions(t *testing.T) {
	const data = `{"name": "  Acme-Süd-GmbH ", "mail": "Ann@ACME.example", "tags": "a,b,,c", "dots": "..a.b..", "list": [{"a": 1}, ["x"]], "empty": ""}`
	for text, want := range map[string]string{
		"lower(mail)":                     `"ann@acme.example"`,
		"upper(name)":                     `"  ACME-SÜD-GMBH "`,
		"trim(name)":                      `"Acme-Süd-GmbH"`,
		"trim(dots, '.')":                 `"a.b"`,
		"trim(name, '')":                  `"Acme-Süd-GmbH"`,
		"replace(name, '-', '_')":         `"  Acme_Süd_GmbH "`,
		"replace(name, '-', '_', `1`)":    `"  Acme_Süd-GmbH "`,
		"replace('ab', '', '.')":          `".a.b."`,
		"split(tags, ',')":                `["a","b","","c"]`,
		"split(tags, ',', `1`)":           `["a","b,,c"]`,
		"split('Süd', '')":                `["S","ü","d"]`,
		"split(empty, ',')":               `[]`,
		"split(mail, '@') | lower([1])":   `"acme.example"`,
		"split(tags, ',') | join(';', @)": `"a;b;;c"`,
		"contains(list, list[0])":         `true`,
		"contains(list, ['x'])":           `true`,
		"contains(list, `{\"a\": 2}`)":    `false`,
		"contains(mail, 'ACME')":          `true`,
		"contains(mail, `1`)":             `false`,
		"length(name)":                    `16`,
		"mail > 'Ann'":                    `true`,
		"'2026-01-31' >= '2026-02-01'":    `false`,
		"empty <= empty":                  `true`,
		"`1` < `2` && !(`2` < `2`)":       `true`,
		"mail > `1`":                      `null`,
		"mail[:3]":                        `null`,
		"list[1:]":                        `[["x"]]`,
		"list[:1].a":                      `[1]`,
		"to_string({a: '<&>'})":           `"{\"a\":\"<&>\"}"`,
		"to_string('<&>')":                `"<&>"`,
		"none | [a, b]":                   `null`,
		"none | {a: b}":                   `null`,
		"map(&{a: @}, `[null, 1]`)":       `[null,{"a":1}]`,
		"`[null, 1]`[*].[@]":              `[[1]]`,
		"list > list":                     `null`,
		"list[?a < `2`] | [0].a":          `1`,
		"split(tags, ',')[?@ >= 'b']":     `["b","c"]`,
		"avg(`[]`)":                       `null`,
		"sort_by(`[]`, &x)":               `[]`,
	} {
		if got, err := evaluated(t, text, data); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
}

// An expression that does not fit the event fails, even where the library would continue with null. The error does not quote the
// event.
func TestUnfitExpressions(t *testing.T) {
	for _, text := range []string{
		"lower(n)", "upper(none)", "trim(n)", "replace(n, 'a', 'b')", "replace(secret, 'a', 'b', secret)", "split(secret, 'x', `-1`)", "split(list, ',')",
		"sort(list)", "sort_by(list, &a)", "sort_by(secret, &a)", "max_by(list, &@)", "abs(secret)[]", "keys(secret)[?a]", "keys(secret).*",
		"contains(n, 'x')", "list[1::9223372036854775807]", "join(',', list)", "split(many, ',')", "split(many, ',')[]", "list[*].split(many, '')",
	} {
		data := fmt.Sprintf(`{"n": 1, "secret": "secret", "list": [{"secret": 1}, "secret", {"many": %q}], "many": %q}`,
			strings.Repeat("secret", 10_000), strings.Repeat("secret,", MaxValues))
		if got, err := evaluated(t, text, data); !errors.Is(err, errUnfit) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %.100s %v, want %v", text, got, err, errUnfit)
		}
	}
}

// An evaluation fails if its calls of split make more than MaxValues parts together.
func TestSplitIsBounded(t *testing.T) {
	parts := func(count int) string { return strings.Repeat("a,", count-1) + "a" }
	for _, c := range []struct {
		text, data string
		fails      bool
	}{
		{"length(split(@, ','))", `"` + parts(MaxValues) + `"`, false},
		{"length(split(@, ','))", `"` + parts(MaxValues+1) + `"`, true},
		{"length(split(@, ','))", `"` + strings.Repeat(",", 6_000_000) + `"`, true},
		{"length(@[*].split(@, ',')[])", `["` + parts(MaxValues/2) + `", "` + parts(MaxValues/2) + `"]`, false},
		{"length(@[*].split(@, ',')[])", `["` + parts(MaxValues/2) + `", "` + parts(MaxValues/2+1) + `"]`, true},
		{"length(map(&split(@, ''), @))", `["` + strings.Repeat("a", MaxValues/2) + `", "` + strings.Repeat("a", MaxValues/2) + `"]`, true},
	} {
		if got, err := evaluated(t, c.text, c.data); (err != nil) != c.fails {
			t.Errorf("%s on %.20s: got %.20s %v, want failure %v", c.text, c.data, got, err, c.fails)
		}
	}
}

// contains refuses to search a text for a long one: with crafted texts the search takes minutes.
func TestContainsRefusesLongText(t *testing.T) {
	for length, fails := range map[int]bool{maxNeedle: false, maxNeedle + 1: true} {
		data := fmt.Sprintf(`{"text": "x", "list": ["x"], "part": %q}`, strings.Repeat("x", length))
		if _, err := evaluated(t, "contains(text, part)", data); (err != nil) != fails {
			t.Errorf("search for %d bytes: %v, want failure %v", length, err, fails)
		}
		if got, err := evaluated(t, "contains(list, part)", data); got != "false" || err != nil {
			t.Errorf("%d: %v", length, err)
		}
	}
}

var expressionSeeds = []string{
	"data", "[data,data,data][]", "data.list[*].[@,@]", "data.*.{a: @, longer: 'a literal'}", "to_string(data)", "data.list[].to_string(@)",
	"join('separator', data.texts)", "sort_by(data.list, &x)", "merge(data, data, {a: 'b'})", "sort_by(`[3,1,2]`, &@)",
	"map(&[@, `[1,{\"a\":null}]`], data.texts)", "keys(data)", "values(data) | [0]", "reverse(data.texts)", "data.list[?x > `1`].{y: @, z: 'zzzzzzzz'}",
	"data.list[::-1]", "not_null(data.none, data.list)", "to_array(data)", "[type(data), length(data), data.a == `1`]", "*.[`1`]", "data.*.to_string(@)",
	"max_by(data.list, &x)", "min(data.texts)", "{a: {b: {c: data}}}", "data.list[?!x || contains(data, @)]", "@.data.list | [1].x", "sort(data.texts)[-1]", "\"data\".\"list\"[0]",
	"data.texts[*].split(@, 'a')", "trim(data.texts[0], 'a')", "replace(data.texts[2], '', '.')", "data.texts[*].[lower(@), upper(@)]", "data.texts[0][1:]",
}

const expressionData = `{"data": {"a": 1e20, "list": [{"x": 3}, {"x": 1, "y": "<\u0000>"}, {}], "texts": ["aaa", "", "\u2028ü"], "none": null}}`

// checkEvaluation evaluates an expression, if it compiles, and checks that neither the event nor the expression changes.
func checkEvaluation(t *testing.T, text string, data []byte) {
	t.Helper()
	e, err := compile(text)
	if err != nil {
		return
	}
	again, err := compile(text)
	if err != nil {
		t.Fatal(err)
	}
	var event, before any
	if json.Unmarshal(data, &event) != nil || json.Unmarshal(data, &before) != nil {
		return
	}
	if _, err := e.Search(event); err != nil && !errors.Is(err, errUnfit) {
		t.Fatalf("%s: %v", text, err)
	}
	if !reflect.DeepEqual(event, before) {
		t.Fatalf("%s changes %s", text, data)
	}
	if !reflect.DeepEqual(e, again) {
		t.Fatalf("%s on %s changes the expression", text, data)
	}
}

func TestExpressionsChangeNothing(t *testing.T) {
	for _, text := range expressionSeeds {
		if _, err := compile(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		for _, data := range []string{expressionData, `[]`, `{}`, `null`, `"<<<<"`, `[[[[1e20]]]]`, `{"data": {"list": {"x": "y"}, "texts": []}}`} {
			checkEvaluation(t, text, []byte(data))
		}
	}
}

// FuzzExpression asserts that no expression panics, changes the event or itself, or returns an error of the library.
func FuzzExpression(f *testing.F) {
	for _, text := range expressionSeeds {
		f.Add(text, []byte(expressionData))
	}
	files, err := filepath.Glob("../../testdata/events/*.json")
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
			checkEvaluation(t, text, data)
		}
	})
}

// If the event is four times as large, the value of an expression is at most about four times as large.
func TestExpressionsGrowInProportion(t *testing.T) {
	size := func(text string, count int) float64 {
		data := fmt.Sprintf(`{"text": %q, "list": [%s"a"], "objects": [%s{"k": "a"}]}`,
			strings.Repeat("a,", count), strings.Repeat(`"a,a",`, count), strings.Repeat(`{"k": "b", "l": ["a", "b"]},`, count))
		value, err := evaluated(t, text, data)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return float64(len(value))
	}
	for _, text := range []string{
		"[@, @][].[text, list]", "join(' and ', list)", "replace(text, 'a', 'aaaa')", "replace(text, '', '-')", "split(text, ',')", "split(text, '')",
		"list[*].split(@, ',')", "objects[*].{a: @, b: l[*].[@, @]}", "to_string([to_string(@), to_string([to_string(@)])])", "upper(text)",
		"map(&join('-', l || `[]`), objects)", "sort_by(objects, &k)", "list[?contains(@, 'a')]", "reverse(text)", "trim(text, ',')", "objects[].l[]",
		"merge(@, {a: list, b: objects})", "[list, list][][]", "values(@)[*][*].k", "objects[?k < 'z'].l | [0:]",
	} {
		const count = 1000
		if small, large := size(text, count), size(text, 4*count); large > 4.1*small {
			t.Errorf("%s: the value grows from %v to %v bytes", text, small, large)
		}
	}
}

// Goroutines can share a compiled expression; each evaluation has its own count of parts.
func TestExpressionsAreShared(t *testing.T) {
	e, err := compile("[length(split(data.text, ',')), sort_by(`[\"c\",\"a\",\"b\"]`, &@)[0], sort_by(data.list, &@)[0]]")
	if err != nil {
		t.Fatal(err)
	}
	event := map[string]any{"data": map[string]any{"text": strings.Repeat(",", MaxValues/2), "list": []any{"z", "y", "x"}}}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range 20 {
				value, err := e.Search(event)
				if want := []any{float64(MaxValues/2 + 1), "a", "x"}; err != nil || !reflect.DeepEqual(value, want) {
					t.Error(value, err)
				}
			}
		})
	}
	workers.Wait()
}

// The backslashes of a raw string stay as they are, except one that escapes a quote: jmespath.py, and so the oci CLI, reads them in this way.
func TestBackslashesOfRawStrings(t *testing.T) {
	for text, want := range map[string]string{
		`'a\b'`: `a\b`, `'a\\b'`: `a\\b`, `'a\\'`: `a\\`, `'\'a\''`: `'a'`, `'a\\\'b'`: `a\\'b`, `'a\\\\b'`: `a\\\\b`, `''`: ``,
		"`\"a\\\\\\\\b\"`":                     `a\\b`,
		`join('\\', ['a', 'b'])`:               `a\\b`,
		`"\"\\'" || '\\'`:                      `\\`,
		"`\"'\"` == '\\'' && '\\\\' || 'none'": `\\`,
	} {
		e, err := compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := e.Search(map[string]any{}); got != want || err != nil {
			t.Errorf("%s: %q %v, want %q", text, got, err, want)
		}
	}
}

// A deeply nested expression is checked and evaluated in little time.
func TestNestedExpressions(t *testing.T) {
	const depth = 200
	for _, c := range [][2]string{{"map(&", ", @)"}, {"max_by(@, &", ")"}, {"sort_by(@, &", ")"}, {"to_array(", ")"}, {"@[?", "]"}, {"[[", "][0]][0]"}} {
		e, err := compile(strings.Repeat(c[0], depth) + "@" + strings.Repeat(c[1], depth))
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
			continue
		}
		_, _ = e.Search([]any{}) // only its time matters
	}
}
