package rules

import (
	"maps"
	"slices"

	"sender-invitations/handler/jmespath"
)

// Remark tells what the author of the rules should know of a field of the command, such as why it stays unset. Unlike an error it quotes
// the event.
type Remark struct {
	Rule  string `json:"rule"`
	Field string `json:"field"`
	Text  string `json:"text"`
}

// maxRemarks is the number of remarks on a command. A rule may have very many literals.
const maxRemarks = 20

// remarks explains the command that the rule makes: the literals that look like expressions, and the fields that stay unset.
func (m Match) remarks() (remarks []Remark) {
	remarks = append(m.unsetFields(), m.rule.literalRemarks()...)
	return remarks[:min(len(remarks), maxRemarks)]
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
