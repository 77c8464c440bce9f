package rules

import (
	"errors"
	"fmt"

	"github.com/jmespath-community/go-jmespath/pkg/interpreter"
	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// expression is a compiled JMESPath expression, the language of the oci CLI's --query. Goroutines may share it.
type expression struct{ tree parsing.ASTNode }

// maxExpression is the maximum length of an expression in bytes.
const maxExpression = 4096

// compileExpression parses an expression and checks its bounds.
func compileExpression(text string) (e *expression, err error) {
	defer func() {
		if recover() != nil { // the parser reads past the end of some expressions
			err = errors.New("is not JMESPath")
		}
	}()
	if len(text) > maxExpression {
		return nil, fmt.Errorf("is longer than %d bytes", maxExpression)
	}
	tree, err := parsing.NewParser().Parse(keepBackslashes(text))
	if err != nil {
		return nil, err
	}
	if err := checkBounds(tree); err != nil {
		return nil, err
	}
	adapt(&tree)
	return &expression{tree}, nil
}

// errUnfit replaces the library's errors, which can quote the event and so personal data.
var errUnfit = errors.New("the expression does not fit the event")

// search evaluates the expression on an event in its JSON form. It does not change the event.
func (e *expression) search(event any) (value any, err error) {
	defer func() {
		if recover() != nil { // for example, the library panics on some slices
			value, err = nil, errUnfit
		}
	}()
	calls := calls{parts: maxValues}
	value, err = interpreter.NewInterpreter(event, &calls, nil).Execute(e.tree, event)
	if err != nil || calls.err != nil {
		return nil, errUnfit
	}
	return value, nil
}

// fits subtracts the size of a JSON value from the bytes and values that a command has left, and reports whether they sufficed. A value
// that contains one part of the event many times is much larger as JSON than in memory.
func fits(value any, bytes, values *int) bool {
	*values--
	switch value := value.(type) {
	case string:
		*bytes -= len(value)
	case []any:
		for _, element := range value {
			if !fits(element, bytes, values) {
				return false
			}
		}
	case map[string]any:
		for name, member := range value {
			if *bytes -= len(name); !fits(member, bytes, values) {
				return false
			}
		}
	}
	return *bytes >= 0 && *values >= 0
}
