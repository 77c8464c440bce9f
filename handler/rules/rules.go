package rules

import (
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/wildcard"
)

// rule maps one kind of event to a command.
type rule struct {
	name         string
	kind, source wildcard.Pattern // of the event's type and source
	when         *expression
	operation    *command.Operation
	with         map[string]*expression
	set          map[string]any
}

// Rules are compiled mapping rules, in order.
type Rules []rule

// Match is what the rules say of one event.
type Match struct {
	// Rule is the name of the first rule that matches, or whose condition fails; "" if there is none.
	Rule string
	// Operation is the operation of that rule; nil if there is none.
	Operation *command.Operation
	// Differs are the rules before it, which do not match.
	Differs []Difference

	rule *rule
	view *view // nil if no rule needed it
}

// Difference is a rule that does not match, and the field of its match that differs: "type", "source" or "when".
type Difference struct{ Rule, Field string }

// Spent are the steps of all expressions that have seen the event.
func (m Match) Spent() float64 {
	if m.view == nil {
		return 0
	}
	return m.view.spent
}

// Names returns the names of the rules, in order.
func (rules Rules) Names() []string {
	names := []string{}
	for _, r := range rules {
		names = append(names, r.name)
	}
	return names
}

// folded is what patterns are held against, in lower case: that is made once, not for each rule.
type folded struct{ kind, source, name string }

// Match tries the rules in order. The view is made when a rule first needs it: most events of a busy source are nobody's.
func (rules Rules) Match(e event.Event) (m Match, err error) {
	texts := folded{strings.ToLower(e.Type()), strings.ToLower(e.Source()), strings.ToLower(sourceName(e))}
	for index := range rules {
		r := &rules[index]
		field, err := r.differs(e, texts, &m.view)
		if err != nil || field == "" {
			m.Rule, m.Operation, m.rule = r.name, r.operation, r
			return m, err
		}
		m.Differs = append(m.Differs, Difference{r.name, field})
	}
	return m, nil
}

// differs tells in which field of its match the rule differs from the event; "" if it matches.
func (r *rule) differs(e event.Event, texts folded, seen **view) (field string, err error) {
	switch {
	case !r.kind.MatchLower(texts.kind):
		return "type", nil
	case !r.source.MatchLower(texts.source) && (texts.name == texts.source || !r.source.MatchLower(texts.name)):
		return "source", nil
	}
	if *seen == nil {
		if *seen, err = viewOf(e); err != nil {
			return "", err
		}
	}
	if applies, err := r.applies(*seen); !applies {
		return "when", err
	}
	return "", nil
}

// sourceName is the source as OCI gives it: a name, which stands percent-encoded in a CloudEvent if it is no URI reference.
func sourceName(e event.Event) string {
	name, err := url.PathUnescape(strings.TrimPrefix(e.Source(), "./"))
	if err != nil {
		return e.Source()
	}
	return name
}

// maxValues is the most values of an event that expressions see: taken apart, each can take 400 bytes.
const maxValues = 50_000

func viewOf(e event.Event) (*view, error) {
	values := events.DataValues(e)
	if values > maxValues {
		return nil, events.Invalid("InvalidParameter", fmt.Sprintf("rules take events of at most %d values", maxValues))
	}
	value, bytes, err := events.View(e)
	if err != nil { // of JSON, only a number beyond a double does not fit
		return nil, events.Invalid("InvalidParameter", "the event has a number that no expression can read: give it as text")
	}
	return &view{value: value, bytes: bytes, values: values + len(value) + 1}, nil
}

func (r *rule) applies(seen *view) (bool, error) {
	if r.when == nil {
		return true, nil
	}
	seen.room = 0 // what an earlier condition made is dropped
	value, err := r.when.search(seen)
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

// Command is what the rule makes of the event. A field whose expression yields null is unset.
func (m Match) Command() (command.Command, error) {
	r, seen := m.rule, m.view
	fields := maps.Clone(r.set)
	bytes, values := command.MaxSize, command.MaxValues
	seen.room = 0
	for field, expression := range r.with {
		value, err := expression.search(seen)
		if err == nil && !fits(value, &bytes, &values) {
			err = fmt.Errorf("a command has at most %d bytes and %d values", command.MaxSize, command.MaxValues)
		}
		if err != nil {
			return command.Command{}, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: with.%s: %s", r.name, field, err))
		}
		if value != nil {
			fields[field] = value
		}
	}
	encoded, err := events.Marshal(fields)
	if err != nil { // avg([]), say, is no number
		return command.Command{}, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: with: a value has no JSON form", r.name))
	}
	return command.Parse(r.operation, encoded)
}
