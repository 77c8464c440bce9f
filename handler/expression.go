package handler

import (
	"errors"
	"fmt"

	"github.com/jmespath/go-jmespath"
)

// expression is JMESPath, the language of the oci CLI's --query.
type expression struct {
	compiled *jmespath.JMESPath
	extent   extent
	sorts    bool // changes what it is given: the library's sort_by sorts in place
}

// maxExpression is the most bytes of an expression.
const maxExpression = 4096

// What the evaluation of expressions may take. The library has no limit of its own and cannot be stopped, so the extent of
// each is known before it is evaluated. One that exceeds these for an event of usual size, the largest that a topic brings, is
// refused at start; and so is, later, an event that is too large for the rules.
const (
	usualSize   = 64 << 10 // bytes of an event
	usualValues = usualSize / 4
	maxMade     = 32 << 20    // bytes that the value of an expression takes
	maxSteps    = 100_000_000 // of all expressions that see an event: less than a second
	valueSize   = 64          // bytes that a value takes beside its text
)

// compileExpression compiles JMESPath. The library finds an unknown function only when it comes to call it.
func compileExpression(text string) (e *expression, err error) {
	defer func() {
		if recover() != nil { // the library panics on some characters
			err = errors.New("is no JMESPath")
		}
	}()
	if len(text) > maxExpression {
		return nil, fmt.Errorf("is longer than %d bytes", maxExpression)
	}
	e = &expression{}
	if e.compiled, err = jmespath.Compile(text); err != nil {
		return nil, err
	}
	tree, err := jmespath.NewParser().Parse(text)
	if err != nil {
		return nil, err
	}
	if e.extent, e.sorts, err = extentOf(tree); err != nil {
		return nil, err
	}
	if e.made(usualSize, usualValues) > maxMade || e.steps(usualSize, usualValues) > maxSteps {
		return nil, fmt.Errorf("can make too much of an event: more than %d bytes of one of %d, or it takes too long", maxMade, usualSize)
	}
	return e, nil
}

// made bounds the memory that the expression's value takes, of an event of that size.
func (e *expression) made(bytes, values int) float64 {
	return e.extent.bytes.at(bytes, values) + valueSize*e.extent.values.at(bytes, values)
}

func (e *expression) steps(bytes, values int) float64 { return e.extent.steps.at(bytes, values) }

// view is an event as expressions see it, in its CloudEvents JSON form.
type view struct {
	value         any
	bytes, values int     // of the form
	spent         float64 // steps of the expressions that have seen it
}

// search evaluates the expression. The library panics where it compares what cannot be compared; and its own texts can
// quote the event, which may hold personal data, so the error is one of ours.
func (e *expression) search(seen *view) (value any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("the expression does not fit the event")
		}
	}()
	seen.spent += e.steps(seen.bytes, seen.values)
	if seen.spent > maxSteps || e.made(seen.bytes, seen.values) > maxMade {
		return nil, errors.New("the event is too large for it")
	}
	given := seen.value
	if e.sorts {
		given = copyOf(given)
	}
	if value, err = e.compiled.Search(given); err != nil {
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
