package jmespath

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/jmespath-community/go-jmespath/pkg/functions"
	"github.com/jmespath-community/go-jmespath/pkg/interpreter"

	"sender-invitations/events/strict"
)

// maxNeedle is the maximum length in bytes of the text that the function contains searches for. The time for crafted texts grows with
// the product of both lengths.
const maxNeedle = 1024

// calls calls the functions for one evaluation of an expression.
type calls struct {
	parts int   // the number of parts that split may still make
	err   error // the first error; the interpreter turns some into null
}

// library calls the library's functions.
var library = sync.OnceValue(func() interpreter.FunctionCaller {
	return interpreter.NewFunctionCaller(functions.GetDefaultFunctions()...)
})

// CallFunction implements [interpreter.FunctionCaller].
func (c *calls) CallFunction(name string, arguments []any) (value any, err error) {
	if value, err = c.call(name, arguments); err != nil && c.err == nil {
		c.err = err
		if !errors.Is(err, errUnfit) { // the library's error can quote the event
			c.err = wrongArguments(name, arguments)
		}
	}
	return value, err
}

// wrongArguments returns the error about arguments that a function does not take.
func wrongArguments(name string, arguments []any) error {
	var given []string
	missing := false
	for _, argument := range arguments {
		if reflect.ValueOf(argument).Kind() == reflect.Func {
			given = append(given, "an &expression")
			continue
		}
		kind := kindOf(argument)
		if list, _ := argument.([]any); len(list) > 0 {
			kind += " that holds " + strings.Join(kindsOf(list), " and ")
		}
		given, missing = append(given, kind), missing || strings.Contains(kind, null)
	}
	fault := fmt.Sprintf("the function %s cannot take %s", name, strings.Join(given, " and "))
	if missing {
		fault += fmt.Sprintf("; if a value may be missing, write value && %s(…)", name)
	}
	return fmt.Errorf("%w: %s", errUnfit, fault)
}

func (c *calls) call(name string, arguments []any) (any, error) {
	list, isList := arguments[0].([]any)
	text, isText := arguments[0].(string)
	switch name {
	case "<", "<=", ">", ">=":
		return ordered(name, arguments[0], arguments[1]), nil
	case "list": // the value if it is a list, else null
		if !isList {
			return nil, nil
		}
		return list, nil
	case "contains":
		if isList { // the library cannot compare lists and objects here
			return slices.ContainsFunc(list, func(element any) bool { return reflect.DeepEqual(element, arguments[1]) }), nil
		}
		if part, _ := arguments[1].(string); len(part) > maxNeedle {
			return nil, fmt.Errorf("%w: the function contains searches for at most %d bytes", errUnfit, maxNeedle)
		}
	case "sort_by":
		if isList { // the library sorts in place
			arguments[0] = slices.Clone(list)
		}
	case "split":
		separator, _ := arguments[1].(string)
		if c.parts -= strings.Count(text, separator) + 1; c.parts < 0 {
			return nil, fmt.Errorf("%w: the function split makes at most %d parts", errUnfit, MaxValues)
		}
	case "to_string":
		if !isText { // the library escapes characters for HTML, each in six bytes
			encoded, err := strict.Marshal(arguments[0])
			return string(encoded), err
		}
	}
	return library().CallFunction(name, arguments)
}
