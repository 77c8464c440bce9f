package rules

import (
	"maps"
	"slices"

	"github.com/cloudevents/sdk-go/v2/event"
)

// Remark tells what an author of rules should know of a rule and an event. Unlike an error it quotes values of the event.
type Remark struct{ Rule, Field, Text string }

// Remarks explains the conditions of the rules that are tried for the event, and the fields that the rule leaves unset which matches.
func (rules Rules) Remarks(e event.Event) (remarks []Remark) {
	m, err := rules.Match(e)
	if m.view == nil {
		return nil
	}
	for index := range rules[:min(len(m.Differs)+1, len(rules))] {
		r := &rules[index]
		tried := index == len(m.Differs) || m.Differs[index].Field == "when"
		if !tried || r.when == nil {
			continue
		}
		for _, text := range r.when.Remarks(m.view) {
			remarks = append(remarks, Remark{r.name, "match.when", text})
		}
	}
	if err != nil || m.rule == nil {
		return remarks
	}
	return append(remarks, m.unsetFields()...)
}

// unsetFields explains the fields that the rule leaves unset, but for those whose absence is an error, which explains them.
func (m Match) unsetFields() (remarks []Remark) {
	fields, err := m.fields()
	if err != nil {
		return nil
	}
	for _, field := range slices.Sorted(maps.Keys(m.rule.with)) {
		if expression := m.rule.with[field]; fields[field] == nil && !slices.Contains(m.missing(fields), field) {
			remarks = append(remarks, Remark{m.rule.name, "with." + field, "is unset: " + expression.WhyEmpty(m.view)})
		}
	}
	return remarks
}
