// Package wildcard matches texts against patterns in which * stands for any text and letter case does not matter.
package wildcard

import "strings"

// Pattern is a compiled pattern: the parts between the asterisks, in lower case. Matching takes time in proportion to the text,
// however many asterisks the pattern has.
type Pattern []string

// Compile compiles a pattern. An empty one matches every text.
func Compile(text string) Pattern {
	if text == "" {
		text = "*"
	}
	return strings.Split(strings.ToLower(text), "*")
}

// Match reports whether the pattern matches the whole text.
func (p Pattern) Match(text string) bool { return p.MatchLower(strings.ToLower(text)) }

// MatchLower is [Pattern.Match] for a text in lower case.
func (p Pattern) MatchLower(text string) bool {
	first, last := p[0], p[len(p)-1]
	if len(p) == 1 {
		return text == first
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range p[1 : len(p)-1] { // the first match of each part leaves the most text for the next ones
		_, rest, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = rest
	}
	return true
}
