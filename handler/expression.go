package handler

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jmespath/go-jmespath"
)

// expression is JMESPath, the language of the oci CLI's --query.
type expression struct {
	compiled *jmespath.JMESPath
	sorts    bool // changes what it is given: the library's sort_by sorts in place
}

// functions are those of JMESPath (https://jmespath.org/specification.html#built-in-functions).
var functions = strings.Fields(`abs avg ceil contains ends_with floor join keys length map max max_by merge min min_by
	not_null reverse sort sort_by starts_with sum to_array to_number to_string type values`)

var (
	quotedText   = regexp.MustCompile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|`(?:[^`\\\\]|\\\\.)*`")
	functionCall = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_]*)\s*\(`)
)

// compileExpression compiles JMESPath. The library finds an unknown function only when it comes to call it.
func compileExpression(text string) (*expression, error) {
	compiled, err := jmespath.Compile(text)
	if err != nil {
		return nil, err
	}
	for _, call := range functionCall.FindAllStringSubmatch(quotedText.ReplaceAllString(text, "''"), -1) {
		if !slices.Contains(functions, call[1]) {
			return nil, fmt.Errorf("JMESPath has no function %s; it has %s", call[1], strings.Join(functions, ", "))
		}
	}
	return &expression{compiled, strings.Contains(text, "sort_by")}, nil
}

// search evaluates the expression. The library panics where it compares what cannot be compared; and its own texts can
// quote the event, which may hold personal data, so the error is one of ours.
func (e *expression) search(view any) (value any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("the expression does not fit the event")
		}
	}()
	if e.sorts {
		view = copyOf(view)
	}
	if value, err = e.compiled.Search(view); err != nil {
		return nil, errors.New("the expression does not fit the event")
	}
	return value, nil
}

// copyOf is a copy of a JSON value, all the way down.
func copyOf(value any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for index, element := range value {
			list[index] = copyOf(element)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, member := range value {
			object[name] = copyOf(member)
		}
		return object
	}
	return value
}
