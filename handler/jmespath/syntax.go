package jmespath

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sender-invitations/handler/names"
)

// syntaxFault tells where an expression is wrong that the library has refused near a place. The library's own messages name kinds of
// tokens.
func syntaxFault(expression string, tokens []token, near int) error {
	if err := usualMistake(expression, tokens); err != nil {
		return err
	}
	for _, t := range tokens {
		if near < t.end() {
			return atColumn(expression, t.start, names.Shortened(t.text)+" cannot stand here")
		}
	}
	return atColumn(expression, len(expression), "the expression ends too early")
}

// usualMistake tells where an expression has a usual mistake, and what to write instead; nil if it has none.
func usualMistake(expression string, tokens []token) error {
	for _, p := range places(tokens) {
		for _, hint := range hints {
			if fault := hint(p); fault != "" {
				return atColumn(expression, p.here.start, fault)
			}
		}
	}
	if place, fault := unbalanced(tokens); fault != "" {
		return atColumn(expression, place, fault)
	}
	return nil
}

// hints recognise usual mistakes. Each returns what is wrong at a place, or "".
var hints = []func(place) string{operatorHint, wordHint, functionHint, indexHint, numberHint, dashHint, quoteHint, literalHint,
	characterHint, neighbourHint}

// operators are the operators of other languages, with what JMESPath has in their place.
var operators = map[string]string{"and": "&&", "or": "||", "not": "!", "is": "==", "eq": "==", "ne": "!=", "in": "contains(list, value)",
	"like": "contains(text, part)", "matches": "contains(text, part)", "if": "&&", "then": "&&", "else": "||", "exists": "the member alone"}

// wordHint finds operators that are words.
func wordHint(p place) string {
	instead := operators[strings.ToLower(p.here.text)]
	if instead == "" || p.before.is(".") || !p.before.ends() && !p.after.begins() || p.after.is("(") && !p.before.ends() {
		return ""
	}
	return fmt.Sprintf("there is no operator %s: write %s", p.here.text, instead)
}

// functionHint finds calls of functions that do not exist, and functions that are written like operators.
func functionHint(p place) string {
	switch {
	case !p.here.isWord() || p.before.is("."):
		return ""
	case p.after.is("(") && !p.before.ends() && !slices.Contains(functionNames, p.here.text):
		return noFunction(p.here.text).Error()
	case p.before.ends() && formMeant(p.here.text) != "":
		return fmt.Sprintf("%s is no operator: write %s", names.Shown(p.here.text), formMeant(p.here.text))
	}
	return ""
}

// indexHint finds members in brackets.
func indexHint(p place) string {
	if !p.here.is("[") || !p.before.ends() || !p.after.isQuoted('\'') && !p.after.isQuoted('"') {
		return ""
	}
	object, member := "…", `"…"`
	if p.before.isWord() {
		object = names.Shown(p.before.text)
	}
	if name := p.after.inner(); names.Shortened(name) == name {
		member = names.Shown(name)
	}
	return fmt.Sprintf("write %s.%s: a member stands after a dot", object, member)
}

// operatorHint finds operators of other languages.
func operatorHint(p place) string {
	switch {
	case p.here.is("~"), p.here.is("=") && p.joinedAfter() && p.after.is("~"):
		return "there are no patterns: contains(text, part), starts_with(text, start) and ends_with(text, end) look for parts of a text"
	case p.here.is("=") && p.joinedAfter() && p.after.is("<", ">"):
		return "write " + p.after.text + "="
	case p.here.is("=") && p.joined() && p.before.is("==", "!="):
		return "write " + p.before.text + " without another ="
	case p.here.is("="):
		return "write == to compare"
	case p.here.is("<") && p.joinedAfter() && p.after.is(">"):
		return "write != to compare"
	case p.here.is("&") && p.before.ends():
		return "write && for and"
	case p.here.is("?"):
		return "there is no operator ?: write condition && value || other"
	case p.here.is("{") && p.joinedAfter() && p.after.is("{"):
		return "an expression is no template: leave out the braces"
	case p.here.text != "" && p.here.text[0] == '$':
		return "there is no $: an expression starts at the event itself, as in data.tenancyId"
	}
	return ""
}

// numberHint finds numbers that are not in backticks.
func numberHint(p place) string {
	_, err := strconv.Atoi(p.here.text)
	index := p.before.is("[", ":") && p.after.is("]", ":", "")
	switch {
	case !p.here.isNumber() || p.joined() && p.before.isWord() || index && err == nil:
		return ""
	case p.before.is(".") && p.joinedAfter() && p.after.isWord():
		return fmt.Sprintf(`a name that begins with a digit is put in double quotes, such as "%s"`, names.Shortened(p.here.text+p.after.text))
	case p.before.is("."):
		return fmt.Sprintf("write [%s], without a dot, for an element of a list; a name that begins with a digit is put in double quotes", p.here.text)
	case index && strings.Contains(p.here.text, "."):
		return "an index is a whole number"
	case index:
		return "the number is too large"
	}
	return fmt.Sprintf("a number is put in backticks, such as `%s`", p.here.text)
}

// dashHint finds names that need quotes because of a character in them, and arithmetic.
func dashHint(p place) string {
	number := p.here.isNumber() && p.joined() && p.before.isWord() // as in a-1
	if !number && !p.here.is("-", "+", "/", "//", "%", "−", "×", "÷") {
		return ""
	}
	followed := p.joinedAfter() && (p.after.isWord() || p.after.isNumber())
	if number || p.here.is("-", "/") && p.joined() && (p.before.isWord() || p.before.isNumber()) && followed {
		name := p.before.text + p.here.text
		if followed {
			name += p.after.text
		}
		return fmt.Sprintf(`a name with another character than letters, digits and _ is put in double quotes, such as data."%s"`, names.Shortened(name))
	}
	return "there is no arithmetic; join('', [a, b]) puts texts together"
}

// quoteHint finds quotes that are not closed.
func quoteHint(p place) string {
	switch {
	case p.here.is("'", `"`, "`"):
		return "the quote " + p.here.text + " is not closed"
	case p.here.is("‘", "’", "“", "”", "„", "«", "»", "´"):
		return "a text is put in single quotes, '…', not in " + p.here.text
	}
	return ""
}

// literalHint finds texts in backticks, which jmespath.py takes for JSON strings, and names that are no JSON strings.
func literalHint(p place) string {
	switch {
	case p.here.isQuoted('`') && !json.Valid([]byte(strings.ReplaceAll(p.here.inner(), "\\`", "`"))):
		return "there is no JSON in the backticks" + inBackticksMeant(strings.TrimSpace(p.here.inner()))
	case p.here.isQuoted('"') && !json.Valid([]byte(p.here.text)):
		return "the name in double quotes is no JSON string; a text is put in single quotes"
	}
	return ""
}

// inBackticksMeant says what to write for what is no JSON.
func inBackticksMeant(text string) string {
	switch value := valueMeant(text); {
	case value != "":
		return fmt.Sprintf(": write `%s`", value)
	case names.Shortened(text) != text:
		return "; put a text in single quotes"
	}
	return fmt.Sprintf(": write %s, or `\"%s\"`, for the text", asText(text), text)
}

// symbols are the characters of JMESPath's tokens that are neither names, numbers nor quoted.
const symbols = ".*,:{}[]()@|<>!&="

// characterHint finds characters that JMESPath does not have, and places without a name.
func characterHint(p place) string {
	switch {
	case p.here.is(".") && p.joinedAfter() && p.after.is("."):
		return "there is no name between the dots"
	case p.here.begins() || p.here.ends() || strings.ContainsRune(symbols, []rune(p.here.text)[0]):
		return ""
	}
	return fmt.Sprintf("JMESPath has no character %q outside quotes", []rune(p.here.text)[0])
}

// neighbourHint finds two operands without an operator between them.
func neighbourHint(p place) string {
	if !p.before.ends() || !p.here.isWord() && !p.here.isQuoted('\'') && !p.here.isQuoted('"') && !p.here.isQuoted('`') {
		return ""
	}
	return "there is no operator before this; a text is put in single quotes"
}

// unbalanced returns the place of the first bracket that is not closed or not opened, and what is wrong there; "" if there is none.
func unbalanced(tokens []token) (place int, fault string) {
	var open []token
	closers := map[string]string{"(": ")", "[": "]", "[?": "]", "{": "}"}
	for _, t := range tokens {
		switch {
		case closers[t.text] != "":
			open = append(open, t)
		case t.is(")", "]", "}") && (len(open) == 0 || closers[open[len(open)-1].text] != t.text):
			return t.start, "nothing is open that " + t.text + " closes"
		case t.is(")", "]", "}"):
			open = slices.Delete(open, len(open)-1, len(open))
		}
	}
	if len(open) > 0 {
		last := open[len(open)-1]
		return last.start, last.text + " is not closed: " + closers[last.text] + " is missing"
	}
	return 0, ""
}
