package handler

import "strings"

// pattern is a text in which * stands for any text and letter case does not matter: the parts between the asterisks, in
// lower case. It takes time in proportion to what it is held against, however many asterisks it has.
type pattern []string

// compilePattern makes a pattern of its text. An empty one matches everything.
func compilePattern(text string) pattern {
	if text == "" {
		text = "*"
	}
	return strings.Split(strings.ToLower(text), "*")
}

// MatchString reports whether the whole text matches.
func (p pattern) MatchString(text string) bool { return p.matches(strings.ToLower(text)) }

// matches is MatchString for a text in lower case.
func (p pattern) matches(text string) bool {
	first, last := p[0], p[len(p)-1]
	if len(p) == 1 {
		return text == first
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range p[1 : len(p)-1] { // each where it stands first: what follows then has the most room
		_, rest, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = rest
	}
	return true
}
