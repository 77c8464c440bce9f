package rules

import (
	"errors"
	"fmt"
	"sync"

	"github.com/jmespath/go-jmespath"
)

// expression is JMESPath, the language of the oci CLI's --query.
type expression struct {
	text     string
	compiled func() *jmespath.JMESPath // once, when an event first needs it: most rules are for other events
	extent   extent
	sorts    bool // changes what it is given, and its own literals: the library's sort_by sorts in place
}

// maxExpression is the most bytes of an expression.
const maxExpression = 4096

// What the evaluation of expressions may take. The library has no limit of its own and cannot be stopped, so the extent of
// each is known before it is evaluated. What exceeds these for an event of usual size, the largest that a topic brings with
// its values as long as they mostly are, is refused at start; and so is, later, an event that is too large for the rules.
const (
	usualSize        = 64 << 10 // bytes of an event
	usualValues      = usualSize / 16
	maxRoom          = 32 << 20      // bytes that a condition takes, or all fields of a rule together
	maxSteps         = 100_000_000   // of all expressions that see an event: about a second
	MaxDeliverySteps = 20 * maxSteps // of all that see the events of a delivery: as a rule a tenth of what that would take
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
	e = &expression{text: text, compiled: sync.OnceValue(func() *jmespath.JMESPath { return jmespath.MustCompile(text) })}
	tree, err := jmespath.NewParser().Parse(text)
	if err != nil {
		return nil, err
	}
	if e.extent, e.sorts, err = extentOf(tree); err != nil {
		return nil, err
	}
	if e.sorts {
		copying := given.values.times(objectSize).plus(given.copied())
		e.extent = e.extent.taking(given.values.times(8 * visit)).taking(fixed(float64(len(text) * compileSteps))).in(copying)
	}
	written := e.extent.copied().at(usualSize, usualValues) // a part that is named twice takes no more room, but is written twice
	if max(written, e.room(usualSize, usualValues)) > maxRoom || e.steps(usualSize, usualValues) > maxSteps {
		return nil, fmt.Errorf("can make too much of an event: more than %d bytes of one of %d, or it takes too long", maxRoom, usualSize)
	}
	return e, nil
}

// compileSteps are the steps of compiling a byte of an expression.
const compileSteps = 20

func (e *expression) room(bytes, values int) float64 { return e.extent.room.at(bytes, values) }

func (e *expression) steps(bytes, values int) float64 { return e.extent.steps.at(bytes, values) }

// view is an event as expressions see it, in its CloudEvents JSON form.
type view struct {
	value         any
	bytes, values int     // of the form
	spent         float64 // steps of the expressions that have seen it
	room          float64 // that those have taken whose values are kept
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
	seen.room += e.room(seen.bytes, seen.values)
	if seen.spent > maxSteps || seen.room > maxRoom {
		return nil, errors.New("the event is too large for it")
	}
	given, compiled := seen.value, e.compiled
	if e.sorts {
		given, compiled = copyOf(given), func() *jmespath.JMESPath { return jmespath.MustCompile(e.text) }
	}
	if value, err = compiled().Search(given); err != nil {
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

// fits takes the size of a JSON value off what a command may still have, and reports whether that was enough. A value that
// names a part of the event many times is far larger written than kept.
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
