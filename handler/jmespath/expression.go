// Package jmespath holds the expressions of rules: JMESPath as the oci CLI takes it, with five more functions.
//
// The operator writes the expressions; a stranger may send the events. So the package refuses expressions whose time, memory or result
// grow faster than the event. An operator's own expression may be slow. The package also tells what is wrong with an expression, and why
// one gives null.
package jmespath

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/jmespath-community/go-jmespath/pkg/interpreter"
	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"sender-invitations/handler/names"
)

// Expression is a compiled JMESPath expression, the language of the oci CLI's --query. Goroutines may share it.
type Expression struct {
	text string
	tree parsing.ASTNode
}

// addressSign matches the @ of an address. That of JMESPath stands beside no letter.
var addressSign = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^\s(\[{,|&!=<>@]@|@[^\s)\]}.,\[|&!=<>@]`) })

// String returns the expression as it is written, shortened for an error.
func (e *Expression) String() string {
	if addressSign().MatchString(e.text) {
		return names.Shortened(e.text)
	}
	const instead = "\x00"
	return strings.ReplaceAll(names.Shortened(strings.ReplaceAll(e.text, "@", instead)), instead, "@")
}

// Limits of expressions.
const (
	MaxSize   = 4096   // bytes of an expression
	MaxValues = 50_000 // values in an event that an expression sees; a decoded value can take 400 bytes
)

// compile parses an expression and checks its bounds.
func compile(text string) (*Expression, error) {
	_, tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	return newExpression(text, tree), nil
}

func newExpression(text string, tree parsing.ASTNode) *Expression {
	adapt(&tree)
	return &Expression{text, tree}
}

// parse returns the tokens of an expression and its tree, whose bounds it has checked.
func parse(text string) (tokens []token, tree parsing.ASTNode, err error) {
	if len(text) > MaxSize {
		return nil, tree, fmt.Errorf("is longer than %d bytes", MaxSize)
	}
	tokens = scan(text)
	if tree, err = treeOf(keepBackslashes(text, tokens)); err != nil {
		near := len(text)
		_, asWritten := treeOf(text) // its error has the place in the text as it is written
		if fault, ok := errors.AsType[parsing.SyntaxError](asWritten); ok {
			near = fault.Offset
		}
		return nil, tree, syntaxFault(text, tokens, near)
	}
	if err = checkBounds(tree); err == errOtherLanguage {
		err = cmp.Or(usualMistake(text, tokens), err)
	}
	return tokens, tree, err
}

// treeOf returns the tree of an expression.
func treeOf(text string) (tree parsing.ASTNode, err error) {
	defer func() {
		if recover() != nil { // the parser reads past the end of some expressions
			err = errors.New("ends too early")
		}
	}()
	return parsing.NewParser().Parse(text)
}

// errUnfit begins the errors about an event. It replaces the library's errors, which can quote the event and so personal data.
var errUnfit = errors.New("the expression does not fit the event")

// Search evaluates the expression on an event in its JSON form. It does not change the event.
func (e *Expression) Search(event any) (value any, err error) {
	defer func() {
		if recover() != nil { // for example, the library panics on some slices
			value, err = nil, errUnfit
		}
	}()
	calls := calls{parts: MaxValues}
	value, err = interpreter.NewInterpreter(event, &calls, nil).Execute(e.tree, event)
	if err != nil || calls.err != nil {
		return nil, cmp.Or(calls.err, errUnfit)
	}
	return value, nil
}

// IsTrue reports whether JMESPath treats the value as true (https://jmespath.org/specification.html#or-expressions):
// anything but null, false and empty values.
func IsTrue(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case bool:
		return value
	case string:
		return value != ""
	case []any:
		return len(value) > 0
	case map[string]any:
		return len(value) > 0
	}
	return true
}
