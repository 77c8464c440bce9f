package rules

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// faultsOf returns the faults of rules that are wrong.
func faultsOf(t *testing.T, text string) Faults {
	t.Helper()
	_, err := Parse([]byte(text))
	faults, ok := errors.AsType[Faults](err)
	if !ok || len(faults) == 0 {
		t.Fatalf("%s\n%v", text, err)
	}
	return faults
}

// A fault names the rule, the line and the field. The error about all tells the same in one line.
func TestFaultsHaveTheirPlace(t *testing.T) {
	for text, wanted := range map[string]Fault{
		"- name: a\n  wiht: {}": {"a", 2, "wiht", "a rule has no member wiht (did you mean with?); it takes name, match, operation, retry, wait, hold, with, set",
			`rule "a", line 2: wiht: a rule has no member wiht (did you mean with?); it takes name, match, operation, retry, wait, hold, with, set`},
		when("data.a = b"):      {"a", 4, "match.when", "column 8: write == to compare", ""},
		"- name: a\n- text":     {"", 2, "", "a rule is a mapping with name, match and operation", `rule "", line 2: a rule is a mapping with name, match and operation`},
		"":                      {"", 0, "", "the rules are empty; [] is a list without rules", ""},
		"# none\nrules: []":     {"", 2, "", "the rules are not a YAML list: leave out rules: and begin with the first - name", ""},
		"\n\nrules.yaml":        {"", 3, "", "the rules are text, not a YAML list: RULES holds the rules themselves, RULES_FILE names a file", ""},
		"[]\n---\n[]\n":         {"", 2, "", "the rules are more than one YAML document", ""},
		`- name: a\n`:           {"", 1, "", `the rules are one line with the characters \n in place of line ends: set them with real line ends, or write them as JSON, which needs none`, ""},
		"- name: a\n\tmatch: {": {"", 2, "", "not YAML: lines are indented with spaces, not with tabs", "the rules are not YAML: line 2: lines are indented with spaces, not with tabs"},
	} {
		found := faultsOf(t, text)[0]
		if wanted.told == "" {
			wanted.told = found.told // any
		}
		if !strings.Contains(found.Text, wanted.Text) || found.Rule != wanted.Rule || found.Line != wanted.Line || found.Field != wanted.Field || found.told != wanted.told {
			t.Errorf("%s\n%#v\nwant %#v", text, found, wanted)
		}
		if _, err := Parse([]byte(text)); !strings.HasPrefix(err.Error(), found.String()) || strings.Contains(err.Error(), "\n") {
			t.Error(err)
		}
	}
}

// The line of a fault of YAML is the one where reading fails, not that of the library, which is often another.
func TestLinesOfYAML(t *testing.T) {
	for text, line := range map[string]int{
		"- name: [a":                                         1,
		"- name: a\n  match: [a\n  x: y\n":                   2,
		"- name: a\n match: x\n":                             2,
		"- name: a\n  match: x\n   foo: b\n":                 3,
		"- name: a\n  match:\n    type: t\n   when: x\n":     4,
		"a: b\n- name: a\n":                                  2,
		"- name: \"\\q\"\n":                                  1,
		"\n- name: \"\\q\"\n- name: b":                       2,
		"- name: a\n}\n":                                     2,
		"- name: a\n  with: {a: b}}\n":                       2,
		"\n\n}":                                              3,
		"- name: \x01\n":                                     1,
		"- name: a\n- name: \xff\n- name: b\n":               2,
		"- name: a\n\n  operation: create\n  name b\n  a: b": 4,
		"- name: a\n  when: \"abc\n  operation: x\n":         2,
		"? a\n: b\n? [\n":                                    3,
		"- name: a\n- |2x\n  a\n":                            2,
		when("'a, *'") + "\n- name: b\n  match: {type: *}":   8,
		strings.Repeat("# comment\n", 20_000) + "- name: a\n  name: [\n- name: c\n": 20_002,
	} {
		if found := faultsOf(t, text)[0]; found.Line != line || !strings.HasPrefix(found.Text, "not YAML: ") {
			t.Errorf("%.200s\n%+v\nwant line %d", text, found, line)
		}
	}
}

// The faults that are told are few, however many there are.
func TestFewFaultsAreTold(t *testing.T) {
	var text strings.Builder
	text.WriteString("- name: a\n  match: {type: t}\n  operation: create\n  with:\n")
	for text.Len() < maxRulesSize-100 {
		text.WriteString("    n" + strings.Repeat("x", text.Len()%7) + time.Duration(text.Len()).String() + ": y\n")
	}
	faults := faultsOf(t, text.String())
	if last := faults[len(faults)-1]; len(faults) != maxFaults+1 || !strings.HasPrefix(last.Text, "and ") || last.Line != 0 {
		t.Error(faults)
	}
}
