// Package rules maps events to commands, by rules in YAML with JMESPath expressions.
//
// The operator writes the rules; a stranger may send the events. So the package bounds the size of an event and its number of values.
package rules

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/jmespath"
	"sender-invitations/handler/wildcard"
)

// rule maps one kind of event to a command.
type rule struct {
	name         string
	kind, source wildcard.Pattern // of the event's type and source
	when         *jmespath.Expression
	operation    *command.Operation
	with         map[string]*jmespath.Expression
	set          map[string]any
	required     [][]string // the fields of which each command has one
	empty        []string   // the fields under with and set where nothing is written
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

// Hold reports whether a rule can let commands wait for approval.
func (rules Rules) Hold() bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.gives("hold") })
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

// viewOf returns the event as expressions see it: its CloudEvents JSON form, decoded.
func viewOf(e event.Event) (any, error) {
	if events.DataValues(e) > jmespath.MaxValues {
		return nil, events.Invalid("InvalidParameter", fmt.Sprintf("rules take events of at most %d values", jmespath.MaxValues))
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
	value, err := r.when.Search(seen)
	if err != nil {
		return false, r.invalid("InvalidParameter", "match.when: "+err.Error())
	}
	return jmespath.IsTrue(value), nil
}

// Command returns the command that the rule makes of the event. The error is an [*events.Error] that names the rule and the field.
func (m Match) Command() (command.Command, error) {
	r := m.rule
	fields, err := m.fields()
	if err != nil {
		return command.Command{}, err
	}
	if missing := m.missing(fields); missing != nil {
		return command.Command{}, m.required(missing)
	}
	encoded, err := strict.Marshal(fields)
	if err != nil { // such as to_number('NaN')
		return command.Command{}, r.invalid("InvalidParameter", "with: a value has no JSON form")
	}
	made, err := command.Parse(r.operation, encoded)
	return made, m.Blame(err)
}

// Blame returns an error about the command with the name of the rule, and with the expression of the field that it is about; nil for nil.
func (m Match) Blame(err error) error {
	fault := events.AsError(err)
	if fault == nil {
		return nil
	}
	blamed := *fault
	if expression := m.rule.with[fault.Field]; expression != nil {
		blamed.Message += fmt.Sprintf("; with.%s is %s", fault.Field, expression)
		if strings.HasSuffix(fault.Message, ": must be a string, not a number") {
			blamed.Message += fmt.Sprintf(": write to_string(%s)", expression)
		}
	}
	return blamed.Within("rule " + m.Rule)
}

// fields returns the fields of the command. A field whose expression yields null or an empty text is unset.
func (m Match) fields() (map[string]any, error) {
	r := m.rule
	fields := maps.Clone(r.set)
	bytes, values := command.MaxSize, command.MaxValues
	for field, expression := range r.with {
		value, err := expression.Search(m.view)
		if err == nil && !fits(value, &bytes, &values) {
			err = fmt.Errorf("a command has at most %d bytes and %d values", command.MaxSize, command.MaxValues)
		}
		if err != nil {
			return nil, r.invalid("InvalidParameter", "with."+field+": "+err.Error())
		}
		if value != nil && value != "" {
			fields[field] = value
		}
	}
	return fields, nil
}

// missing returns the fields of which the operation requires one, if all are unset.
func (m Match) missing(fields map[string]any) []string {
	for _, group := range m.rule.required {
		if !slices.ContainsFunc(group, func(name string) bool { return fields[name] != nil }) {
			return group
		}
	}
	return nil
}

// required returns the error about fields that are missing, with the reasons.
func (m Match) required(missing []string) error {
	fault := fmt.Sprintf("%s: %s is required", m.Operation.Name, strings.Join(missing, " or "))
	for _, name := range missing {
		if expression := m.rule.with[name]; expression != nil {
			fault += fmt.Sprintf(", and with.%s: %s", name, expression.WhyEmpty(m.view))
		}
	}
	return m.rule.invalid("MissingParameter", fault)
}

// invalid returns the error about an event that the rule cannot make a command of.
func (r *rule) invalid(code, fault string) error {
	return events.AsError(events.Invalid(code, fault)).Within("rule " + r.name)
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
