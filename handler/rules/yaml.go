package rules

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// lineForm matches the line in an error of the YAML library about a value.
var lineForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^line \d+: `) })

// yamlFault returns the error of the YAML library in one line.
func yamlFault(err error) error {
	fault := strings.TrimPrefix(err.Error(), "yaml: ")
	if wrong, ok := errors.AsType[*yaml.TypeError](err); ok {
		fault = lineForm().ReplaceAllString(wrong.Errors[0], "") // the rule's fault has the line
	}
	return errors.New(strings.ReplaceAll(fault, "\n", " "))
}

// yamlHint is a usual mistake: a part of the YAML library's error, the line that has the mistake, and what to write.
type yamlHint struct {
	fault string
	line  *regexp.Regexp
	hint  string
}

// yamlHints are tried in order.
var yamlHints = sync.OnceValue(func() []yamlHint {
	star := regexp.MustCompile(`[:\[,-]\s+\*`)
	const starHint = `a value that begins with * is put in quotes: type: "*"`
	return []yamlHint{
		// Settings hide the words that could be an e-mail address, so the hints have no at sign.
		{"alphabetic or numeric", star, starHint},
		{"unknown anchor", star, starHint},
		{"tab", regexp.MustCompile(`^\s*\t`), "lines are indented with spaces, not with tabs"},
		{"cannot start any token", regexp.MustCompile(`^\s*\t`), "lines are indented with spaces, not with tabs"},
		{"cannot start any token", regexp.MustCompile("[:\\[,-]\\s+[@%`]"), "a value that begins with a backtick, an at sign or a percent sign is put in double quotes: when: \"`5` < data.seats\""},
		{"expected", regexp.MustCompile(`[:\[,-]\s+[!&]`), `a value that begins with ! or & is put in double quotes: when: "!contains(data.plan, 'trial')"`},
		{"expected", regexp.MustCompile(`:\s+('[^']*'|"[^"]*")\s*[^\s,}\]#]`), `an expression that begins with a quote is put in quotes as a whole: when: "'trial' != data.plan"`},
		{"expected", regexp.MustCompile(`[:,-]\s+(\[.*\]|\{.*\})\s*[^\s,}\]#]`), "an expression that begins with a bracket or a brace is put in double quotes as a whole"},
		{"expected ',' or '}'", regexp.MustCompile(`\{[^"'{}]*\w[(\[]`), "an expression with brackets is put in double quotes where it stands between braces"},
		{"mapping values are not allowed", regexp.MustCompile(`:\s+[^'"\s{\[].*:\s`), "an expression with a colon is put in double quotes"},
	}
})

// notYAML returns the error about rules that are no YAML.
func notYAML(text []byte, err error) Faults {
	fault, line := lineForm().ReplaceAllString(yamlFault(err).Error(), ""), failingLine(text, err)
	for _, hint := range yamlHints() {
		if !strings.Contains(fault, hint.fault) {
			continue
		}
		if found := hint.lineNear(text, line); found > 0 {
			line, fault = found, hint.hint
			break
		}
	}
	return Faults{{Line: line, Text: "not YAML: " + fault, told: fmt.Sprintf("the rules are not YAML: line %d: %s", line, fault)}}
}

// lineNear returns the line that has the mistake: the one where reading fails, else the first; 0 if no line has it.
func (h yamlHint) lineNear(text []byte, failing int) (first int) {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if !h.line.Match(line) {
			continue
		}
		if number == failing {
			return number
		}
		first = cmp.Or(first, number)
	}
	return first
}

// failingLine returns the line where reading the YAML fails with the error. That is the last line of the shortest part from the beginning
// that fails in the same way. The library's errors often have another line, or none.
func failingLine(text []byte, err error) int {
	lines := slices.Collect(bytes.Lines(text))
	before := sort.Search(len(lines)-1, func(index int) bool {
		part := yaml.NewDecoder(bytes.NewReader(bytes.Join(lines[:index+1], nil))).Decode(new(yaml.Node))
		return part != nil && part.Error() == err.Error()
	})
	return before + 1
}

// escapedEnd matches the characters \n in the place of a line's end.
var escapedEnd = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\\n\s*(- )?["\w]+:|\\n$`) })

// lineEndsHint returns the error about rules in one line that have the characters \n in place of line ends; nil for other rules.
func lineEndsHint(text []byte) Faults {
	one := strings.TrimSpace(string(text))
	if strings.Contains(one, "\n") || !escapedEnd().MatchString(one) {
		return nil
	}
	return oneFault(1, `the rules are one line with the characters \n in place of line ends: set them with real line ends, or write them as JSON, which needs none`)
}
