package jmespath

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sender-invitations/handler/names"
)

// literalForm matches text that is meant as a literal, not as an expression: an OCID, an address, or words.
var literalForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(ocid1\..*|\w+://.*|[^\s'"` + "`" + `(]+@[^\s'"` + "`" + `(]+\.\S+|[\w-]+([ ,]+[\w-]+)*[.!?]*)$`)
})

// LooksLiteral reports whether the text of an expression that is wrong is meant as a literal.
func LooksLiteral(text string) bool { return literalForm().MatchString(text) }

// The forms of expressions that are written as literals.
var (
	templateForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{[^{}]*\}\}|\$\{\s*[A-Za-z][^{}]*\}`) })
	callForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\w+)\(.*\)$`) })
	pathForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^data(\.\w+|\[\d+\])+$`) })
	mentionForm  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|[^\w.-])(data(?:\.\w+|\[\d+\])+)`) })
)

// CheckLiteral refuses a literal that is surely meant as an expression.
func CheckLiteral(text string) error {
	if template := templateForm().FindString(text); template != "" {
		return fmt.Errorf("%s is a template, which JMESPath does not have: join('', ['…', data.x]) under with puts texts together",
			names.Shortened(template))
	}
	if !isPath(text) && !isCall(text) {
		return nil
	}
	return fmt.Errorf("%s is an expression, and set takes literals: write it under with; for the text itself write \"%s\" there",
		names.Shortened(text), asText(text))
}

// isPath reports whether a literal is a path in the event's data. The name of a host, such as data.acme.example, is none.
func isPath(text string) bool {
	inNoHost := func(r rune) bool { return r == '[' || r == '_' || r >= 'A' && r <= 'Z' }
	return pathForm().MatchString(text) && (strings.Count(text, ".") == 1 || strings.ContainsFunc(text, inNoHost))
}

// isCall reports whether a literal is the call of a function on the event's data.
func isCall(text string) bool {
	call := callForm().FindStringSubmatch(text)
	if call == nil || !slices.Contains(functionNames, call[1]) || PathIn(text) == "" {
		return false
	}
	_, err := compile(text)
	return err == nil
}

// PathIn returns the first path in the event's data that a literal has; "" if it has none.
func PathIn(literal string) string {
	if found := mentionForm().FindStringSubmatch(literal); found != nil {
		return names.Shortened(found[1])
	}
	return ""
}

// asText returns a text as an expression has it; '…' if the text is too long or private.
func asText(text string) string {
	if names.Shortened(text) != text {
		return "'…'"
	}
	return inQuotes(text)
}

func inQuotes(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }

// literalText returns a value as an expression has it, shortened.
func literalText(value any) string {
	if text, ok := value.(string); ok {
		return inQuotes(names.Shortened(text))
	}
	left := maxShown
	encoded, err := json.Marshal(beginning(value, &left))
	if err != nil {
		return "`…`"
	}
	return "`" + names.Shortened(string(encoded)) + "`"
}

// maxShown is more than the number of characters that a shortened text has.
const maxShown = 100

// beginning returns a value whose JSON form begins like that of the value. It takes no long time, while the JSON form of a value that
// contains a part of the event many times is much larger than the event.
func beginning(value any, left *int) any {
	*left--
	switch value := value.(type) {
	case string:
		return names.Shortened(value)
	case []any:
		list := []any{}
		for _, element := range value[:min(len(value), maxShown)] {
			if *left > 0 {
				list = append(list, beginning(element, left))
			}
		}
		return list
	case map[string]any:
		if len(value) > maxShown {
			return map[string]any{"…": "…"}
		}
		members := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if *left > 0 {
				members[name] = beginning(value[name], left)
			}
		}
		return members
	}
	return value
}

// valueMeant returns the JSON value that a word means; "" if it means none.
func valueMeant(word string) string {
	switch word {
	case "true", "True", "TRUE":
		return "true"
	case "false", "False", "FALSE":
		return "false"
	case "null", "Null", "NULL", "None":
		return null
	}
	return ""
}
