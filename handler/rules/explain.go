package rules

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/strict"
	"sender-invitations/handler/jmespath"
	"sender-invitations/handler/names"
)

// Explanation tells whether a rule matches an event, and what differs. Unlike an error it quotes values of the event.
type Explanation struct {
	Name    string   `json:"name"`
	Matches bool     `json:"matches"`
	Tried   bool     `json:"tried"`             // false for a rule behind the one that decides
	Field   string   `json:"field,omitempty"`   // what differs: type, source or when
	Wanted  string   `json:"wanted,omitempty"`  // the pattern or the condition, as it is written
	Has     string   `json:"has,omitempty"`     // the event's type or source, shortened; for when what the condition gives, as JSON
	Remarks []string `json:"remarks,omitempty"` // what the author should know of a pattern that does not match, or of the condition
}

// Explain explains each rule, in order, and the command that the first one makes that matches.
func (rules Rules) Explain(e event.Event) (all []Explanation, remarks []Remark) {
	s, decided := look(e), false
	for index := range rules {
		r := &rules[index]
		explained, err := r.explain(s)
		explained.Tried = !decided
		if explained.Matches && !decided {
			remarks = r.match(s).remarks()
		}
		decided = decided || explained.Matches || err != nil
		all = append(all, explained)
	}
	return all, remarks
}

// explain explains the rule. The error tells why its condition cannot be evaluated.
func (r *rule) explain(s *seen) (e Explanation, err error) {
	e = Explanation{Name: r.name, Field: r.differs(s)}
	switch e.Field {
	case "type":
		e.Wanted, e.Has = r.text.Type, strict.Cut(s.event.Type(), maxPattern)
		e.Remarks = foreignSign(e.Wanted)
	case "source":
		e.Wanted, e.Has = r.text.Source, strict.Cut(s.event.Source(), maxPattern)
		e.Remarks = append(foreignSign(e.Wanted), otherName(s)...)
	default:
		err = r.explainCondition(&e, s)
	}
	return e, err
}

// explainCondition completes the explanation of a rule whose patterns match.
func (r *rule) explainCondition(e *Explanation, s *seen) error {
	value, err := r.condition(s)
	if e.Matches = err == nil && jmespath.IsTrue(value); !e.Matches {
		e.Field, e.Wanted = "when", r.text.When
	}
	switch {
	case err != nil:
		e.Remarks = []string{err.Error()}
		return err
	case r.when != nil:
		e.Remarks = r.when.Remarks(s.view, value)
	}
	if !e.Matches {
		given, err := json.Marshal(value) // null, false or an empty value
		if err != nil {
			return err
		}
		e.Has = string(given)
	}
	return nil
}

// foreignSigns are characters that mean something in the patterns of other programs, and that types and sources seldom have.
const foreignSigns = "|,^$ "

// foreignSign explains a pattern that does not match and has a foreign sign.
func foreignSign(pattern string) []string {
	at := strings.IndexAny(pattern, foreignSigns)
	if at < 0 {
		return nil
	}
	const fault = "%q has %q, which stands for itself: only * matches other text. Several types or sources are several rules"
	return []string{fmt.Sprintf(fault, names.Shortened(pattern), pattern[at])}
}

// otherName tells the name that the pattern for the source may match, too.
func otherName(s *seen) []string {
	if s.name == s.source {
		return nil
	}
	return []string{"the pattern may match the source as OCI writes it, too: " + strict.Cut(sourceName(s.event), maxPattern)}
}
