package handler

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/jmespath/go-jmespath"

	"sender-invitations/events"
)

// rule maps one kind of event to a command.
type rule struct {
	name         string
	kind, source *regexp.Regexp // of the event's type and source
	when         *jmespath.JMESPath
	operation    *operation
	with         map[string]*jmespath.JMESPath
	set          map[string]any
}

// matching is what came of trying the rules on an event.
type matching struct {
	rule  *rule        // the first that matches, or whose condition fails; nil: none
	tried []Difference // the rules before it
	view  any          // the event as expressions see it, in its CloudEvents JSON form; nil if no rule needed it
}

// match tries the rules in order. The view is made when a rule first needs it: most events of a busy source are nobody's.
func match(rules []rule, e event.Event) (m matching, err error) {
	for index := range rules {
		r := &rules[index]
		field, err := r.differs(e, &m.view)
		if err != nil || field == "" {
			m.rule = r
			return m, err
		}
		m.tried = append(m.tried, Difference{r.name, field})
	}
	return m, nil
}

// differs tells in which field of its match the rule differs from the event; "" if it matches.
func (r *rule) differs(e event.Event, view *any) (field string, err error) {
	switch {
	case !r.kind.MatchString(e.Type()):
		return "type", nil
	case !r.source.MatchString(e.Source()):
		return "source", nil
	}
	if *view == nil {
		if *view, err = viewOf(e); err != nil {
			return "", err
		}
	}
	if applies, err := r.applies(*view); !applies {
		return "when", err
	}
	return "", nil
}

func viewOf(e event.Event) (view any, err error) {
	encoded, err := events.Encode(e)
	if err != nil {
		return nil, err
	}
	return view, json.Unmarshal(encoded, &view)
}

func (r *rule) applies(view any) (bool, error) {
	if r.when == nil {
		return true, nil
	}
	value, err := search(r.when, view)
	if err != nil {
		return false, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: match.when: %s", r.name, err))
	}
	return isTrue(value), nil
}

// isTrue reports whether JMESPath takes the value for true (https://jmespath.org/specification.html#or-expressions):
// anything but null, false and what is empty.
func isTrue(value any) bool {
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

// command is what the rule makes of the event. A field whose expression yields null is unset.
func (r *rule) command(view any) (Command, error) {
	fields := maps.Clone(r.set)
	for field, expression := range r.with {
		value, err := search(expression, view)
		if err != nil {
			return Command{}, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: with.%s: %s", r.name, field, err))
		}
		if value != nil {
			fields[field] = value
		}
	}
	encoded, err := json.Marshal(fields)
	if err != nil { // avg([]), say, is no number
		return Command{}, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: with: a value has no JSON form", r.name))
	}
	return parseCommand(r.operation, encoded)
}

// search evaluates an expression. The library panics where it compares what cannot be compared; and its own texts can
// quote the event, which may hold personal data, so the error is one of ours.
func search(expression *jmespath.JMESPath, view any) (value any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("the expression does not fit the event")
		}
	}()
	if value, err = expression.Search(view); err != nil {
		return nil, errors.New("the expression does not fit the event")
	}
	return value, nil
}
