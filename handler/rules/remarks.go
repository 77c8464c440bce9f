package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/handler/jmespath"
	"sender-invitations/handler/names"
	"sender-invitations/handler/wildcard"
)

// Remark tells what an author of rules should know of a rule and an event. Unlike an error it quotes values of the event.
type Remark struct{ Rule, Field, Text string }

// Remarks explains the rules that are tried for the event: patterns that do not match, and conditions. Of the rule that matches it tells
// the fields that stay unset, and the literals that look like expressions.
func (rules Rules) Remarks(e event.Event) (remarks []Remark) {
	m, err := rules.Match(e)
	for index := range rules[:min(len(m.Differs)+1, len(rules))] {
		differs := ""
		if index < len(m.Differs) {
			differs = m.Differs[index].Field
		}
		remarks = append(remarks, rules[index].remarks(differs, m.view)...)
	}
	if err != nil || m.rule == nil {
		return remarks
	}
	return slices.Concat(remarks, m.rule.literalRemarks(), m.unsetFields())
}

// remarks explains the field of the rule's match that differs from the event, and the condition if it was tried.
func (r *rule) remarks(differs string, view any) (remarks []Remark) {
	switch {
	case differs == "type":
		return r.patternRemarks("match.type", r.kind)
	case differs == "source":
		return r.patternRemarks("match.source", r.source)
	case r.when == nil || view == nil:
		return nil
	}
	for _, text := range r.when.Remarks(view) {
		remarks = append(remarks, Remark{r.name, "match.when", text})
	}
	return remarks
}

// foreignSigns are characters that mean something in the patterns of other programs, and that types and sources seldom have.
const foreignSigns = "|,^$ "

// patternRemarks explains a pattern that does not match and has a foreign sign.
func (r *rule) patternRemarks(field string, pattern wildcard.Pattern) []Remark {
	written := strings.Join(pattern, "*")
	at := strings.IndexAny(written, foreignSigns)
	if at < 0 {
		return nil
	}
	const fault = "%q has %q, which stands for itself: only * matches other text. Several types or sources are several rules"
	return []Remark{{r.name, field, fmt.Sprintf(fault, names.Shortened(written), written[at])}}
}

// literalRemarks tells the literals that look like expressions.
func (r *rule) literalRemarks() (remarks []Remark) {
	for _, field := range slices.Sorted(maps.Keys(r.set)) {
		for _, text := range textsIn(r.set[field]) {
			if path := jmespath.PathIn(text); path != "" {
				remarks = append(remarks, Remark{r.name, "set." + field, path + " is sent as it is written: an expression stands under with"})
			}
		}
	}
	return remarks
}

// unsetFields explains the fields that the rule leaves unset, but for those whose absence is an error, which explains them.
func (m Match) unsetFields() (remarks []Remark) {
	for _, field := range m.rule.empty {
		remarks = append(remarks, Remark{m.rule.name, field, "is unset: nothing is written there. YAML takes # after a blank for a comment"})
	}
	fields, err := m.fields()
	if err != nil {
		return remarks
	}
	for _, field := range slices.Sorted(maps.Keys(m.rule.with)) {
		if expression := m.rule.with[field]; fields[field] == nil && !slices.Contains(m.missing(fields), field) {
			remarks = append(remarks, Remark{m.rule.name, "with." + field, "is unset: " + expression.WhyEmpty(m.view)})
		}
	}
	return remarks
}
