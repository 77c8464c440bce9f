// Package rules maps events to commands, by rules in YAML with JMESPath expressions.
//
// The operator writes the rules; a stranger may send the events. So the package bounds the size of an event and its number of values.
package rules

import (
	"errors"
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
	text         matchText        // the match as it is written
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

	rule *rule
	view any // the event as expressions see it; nil if no rule needed it
}

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

// Match tries the rules in order. The error, an [*events.Error], tells why a condition cannot be evaluated.
func (rules Rules) Match(e event.Event) (Match, error) {
	s := look(e)
	for index := range rules {
		r := &rules[index]
		if r.differs(s) != "" {
			continue
		}
		if applies, err := r.applies(s); applies || err != nil {
			return r.match(s), err
		}
	}
	return Match{}, nil
}

// seen is an event as rules see it.
type seen struct {
	event              event.Event
	kind, source, name string // its texts in lower case, made once for the patterns of all rules
	view               any    // the event as expressions see it; nil if no rule needed it, as with most events of a busy source
	err                error  // why there can be no view
}

func look(e event.Event) *seen {
	return &seen{event: e, kind: strings.ToLower(e.Type()), source: strings.ToLower(e.Source()), name: strings.ToLower(sourceName(e))}
}

// match returns the match of the rule with the event.
func (r *rule) match(s *seen) Match {
	return Match{Rule: r.name, Operation: r.operation, rule: r, view: s.view}
}

// differs returns the pattern that does not match the event: "type" or "source"; "" if both match.
func (r *rule) differs(s *seen) string {
	switch {
	case !r.kind.MatchLower(s.kind):
		return "type"
	case !r.source.MatchLower(s.source) && (s.name == s.source || !r.source.MatchLower(s.name)):
		return "source"
	}
	return ""
}

// applies reports whether the rule's condition holds.
func (r *rule) applies(s *seen) (bool, error) {
	value, err := r.condition(s)
	switch {
	case s.err != nil: // it is about the event, whatever the rule
		return false, events.Invalid("InvalidParameter", s.err.Error())
	case err != nil:
		return false, r.invalid("InvalidParameter", "match.when: "+err.Error())
	}
	return jmespath.IsTrue(value), nil
}

// condition returns what the rule's condition gives; true if the rule has none.
func (r *rule) condition(s *seen) (any, error) {
	if s.view == nil && s.err == nil {
		s.view, s.err = viewOf(s.event)
	}
	if s.err != nil || r.when == nil {
		return true, s.err
	}
	return r.when.Search(s.view)
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
		return nil, fmt.Errorf("rules take events of at most %d values", jmespath.MaxValues)
	}
	value, err := events.View(e)
	if err != nil { // it has a number that is too large for a double, which is the only reason to fail
		return nil, errors.New("the event has a number that is too large for expressions: send it as a string")
	}
	return value, nil
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
