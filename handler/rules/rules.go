// Package rules maps events to commands, by rules in YAML with JMESPath expressions.
//
// The operator writes the rules; a stranger may send the events. So the package bounds the size of an event and its number of values,
// and refuses expressions whose time, memory or result grow faster than the event. An operator's own expression may be slow.
package rules

import (
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/events/strict"
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

// Match tells which rule matches an event.
type Match struct {
	// Rule is the name of the first rule that matches, or whose condition fails; "" if there is none.
	Rule string
	// Operation is the operation of that rule; nil if there is none.
	Operation *command.Operation
	// Differs are the rules before it, which do not match.
	Differs []Difference

	rule *rule
	view any // the event as expressions see it; nil if no rule needed it
}

// Difference names a rule that does not match, and the field of its match that differs from the event: "type", "source" or "when".
type Difference struct{ Rule, Field string }

// Names returns the names of the rules, in order.
func (rules Rules) Names() []string {
	names := []string{}
	for _, r := range rules {
		names = append(names, r.name)
	}
	return names
}

// folded holds the texts of an event in lower case, made once for the patterns of all rules.
type folded struct{ kind, source, name string }

// Match tries the rules in order. The error, an [*events.Error], tells why a condition cannot be evaluated.
//
// It makes the view when a rule first needs it, for most events of a busy source match no rule.
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

// differs returns the field of the rule's match that differs from the event; "" if none does.
func (r *rule) differs(e event.Event, texts folded, seen *any) (field string, err error) {
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

// sourceName returns the source as OCI writes it. A CloudEvent has it percent-encoded if it is not a URI reference.
func sourceName(e event.Event) string {
	name, err := url.PathUnescape(strings.TrimPrefix(e.Source(), "./"))
	if err != nil {
		return e.Source()
	}
	return name
}

// maxValues is the maximum number of values in an event that expressions see. A decoded value can take 400 bytes.
const maxValues = 50_000

// viewOf returns the event as expressions see it: its CloudEvents JSON form, decoded.
func viewOf(e event.Event) (any, error) {
	if events.DataValues(e) > maxValues {
		return nil, events.Invalid("InvalidParameter", fmt.Sprintf("rules take events of at most %d values", maxValues))
	}
	value, err := events.View(e)
	if err != nil { // it has a number that is too large for a double, which is the only reason to fail
		return nil, events.Invalid("InvalidParameter", "the event has a number that is too large for expressions: send it as a string")
	}
	return value, nil
}

// applies reports whether the rule's condition holds.
func (r *rule) applies(seen any) (bool, error) {
	if r.when == nil {
		return true, nil
	}
	value, err := r.when.search(seen)
	if err != nil {
		return false, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: match.when: %s", r.name, err))
	}
	return isTrue(value), nil
}

// isTrue reports whether JMESPath treats the value as true (https://jmespath.org/specification.html#or-expressions):
// anything but null, false and empty values.
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

// Command returns the command that the rule makes of the event. A field whose expression yields null is unset. The error is an
// [*events.Error] that names the rule and the field.
func (m Match) Command() (command.Command, error) {
	r, seen := m.rule, m.view
	fields := maps.Clone(r.set)
	bytes, values := command.MaxSize, command.MaxValues
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
	encoded, err := strict.Marshal(fields)
	if err != nil { // such as to_number('NaN')
		return command.Command{}, events.Invalid("InvalidParameter", fmt.Sprintf("rule %s: with: a value has no JSON form", r.name))
	}
	return command.Parse(r.operation, encoded)
}
