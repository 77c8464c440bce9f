package jmespath

import (
	"fmt"
	"strings"
	"testing"
)

// remarksOn explains the value that the condition gives.
func remarksOn(t *testing.T, condition string, view any) []string {
	t.Helper()
	e, err := Compile(condition)
	if err != nil {
		t.Fatal(err)
	}
	value, err := e.Search(view)
	if err != nil {
		t.Fatal(err)
	}
	return e.Remarks(view, value)
}

// What explains a condition is short, however large the values are.
func TestRemarksAreShort(t *testing.T) {
	members := map[string]any{}
	for index := range 50_000 {
		members[fmt.Sprint("m", index)] = 1.0
	}
	long := strings.Repeat("x", 1_000_000)
	for condition, wanted := range map[string]string{
		"data.all == 'x'": "the sides are not equal: data.all is an object, `{\"…\":\"…\"}`; 'x' is a text",
		"data | " + strings.Repeat("[@, @] | ", 100) + "@ == 'x'": "is a list, `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…`; 'x' is a text",
		"[text] == 'x'":                             "is a list, `[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`; 'x' is a text",
		"text == `5`":                               "text is a text, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'; `5` is a number",
		"data.all.n == 'x'":                         "data.all has no member n; it has m0, m1, ",
		"data.json.a == 'x'":                        "data.json is text that holds JSON, not an object",
		"data.list == 'x'":                          "data.list is a list, `[1,[2,{\"a\":3}]]`; 'x' is a text",
		"data.list[1][1].b == 'x'":                  "data.list[1][1].b is null: data.list[1][1] has no member b",
		strings.Repeat("id == `1` || ", 100) + "id": "and 90 more comparisons",
	} {
		view := map[string]any{"id": "x", "text": long, "data": map[string]any{"all": members, "json": "[" + strings.Repeat("1,", 100_000) + "1]",
			"list": []any{1.0, []any{2.0, map[string]any{"a": 3.0}}}}}
		texts := remarksOn(t, condition, view)
		if all := strings.Join(texts, "\n"); !strings.Contains(all, wanted) || len(texts) > maxComparisons+1 || len(all) > 1000*len(texts) {
			t.Errorf("%.100s\n%s\nwant %s", condition, all, wanted)
		}
	}
}

// An expression is evaluated few times to explain it, however deep it is. Then the explanation ends, and tells nothing wrong.
func TestRemarksTakeLittleWork(t *testing.T) {
	e, err := Compile("list" + strings.Repeat(" | [?@ == `1`]", 200) + " | [?@ == 'x']")
	if err != nil {
		t.Fatal(err)
	}
	s := e.look(map[string]any{"list": []any{1.0}})
	if texts := s.comparisons(e.tree, true); len(texts) != 0 || !s.tired() || *s.left < -size(e.tree) {
		t.Error(texts, *s.left)
	}
	if texts := remarksOn(t, "list"+strings.Repeat(" | [?@ == `1`]", 5)+" | [?@ == 'x']", map[string]any{"list": []any{1.0}}); len(texts) != 1 {
		t.Error(texts)
	}
}
