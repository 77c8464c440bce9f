package jmespath

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// token is a token of an expression, or a character that cannot begin one.
type token struct {
	text  string
	start int // in bytes
}

// tokenForm matches white space or a token. An opening quote that no other closes is a token by itself.
var tokenForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("(?s)[ \t\r\n]+|\\$?[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+(?:\\.[0-9]+)?" + `|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'` +
		"|`(?:\\\\.|[^`\\\\])*`" + `|\[\?|\[\]|\|\||&&|==|!=|<=|>=|//|.`)
})

// scan returns the tokens of an expression.
func scan(expression string) []token {
	var tokens []token
	for _, place := range tokenForm().FindAllStringIndex(expression, -1) {
		if text := expression[place[0]:place[1]]; strings.TrimLeft(text, " \t\r\n") != "" {
			tokens = append(tokens, token{text, place[0]})
		}
	}
	return tokens
}

// end returns the place after the token.
func (t token) end() int { return t.start + len(t.text) }

// The kinds of tokens.
func (t token) isWord() bool {
	return t.text != "" && (t.text[0] == '_' || t.text[0]|0x20 >= 'a' && t.text[0]|0x20 <= 'z')
}
func (t token) isNumber() bool {
	digits := strings.TrimPrefix(t.text, "-")
	return digits != "" && digits[0] >= '0' && digits[0] <= '9'
}
func (t token) isQuoted(quote byte) bool { return len(t.text) > 1 && t.text[0] == quote }

// inner returns what stands between the quotes of the token.
func (t token) inner() string { return t.text[1 : len(t.text)-1] }

// begins reports whether an operand can begin with the token, ends whether one can end with it.
func (t token) begins() bool {
	return t.isWord() || t.isNumber() || t.isQuoted('"') || t.isQuoted('\'') || t.isQuoted('`') || t.is("(", "{", "!", "@")
}
func (t token) ends() bool {
	return t.isWord() || t.isNumber() || t.isQuoted('"') || t.isQuoted('\'') || t.isQuoted('`') || t.is(")", "}", "]", "[]", "@")
}

// is reports whether the token has one of the texts.
func (t token) is(texts ...string) bool {
	for _, text := range texts {
		if t.text == text {
			return true
		}
	}
	return false
}

// place is a token with its neighbours, which have no text at the ends of the expression.
type place struct {
	before, here, after token
}

// places returns the places of all tokens.
func places(tokens []token) []place {
	all := make([]place, len(tokens))
	for index, t := range tokens {
		all[index].here = t
		if index > 0 {
			all[index].before, all[index-1].after = tokens[index-1], t
		}
	}
	return all
}

// joined reports whether the place's token follows the one before it without white space; joinedAfter, whether the next one does so.
func (p place) joined() bool      { return p.before.text != "" && p.before.end() == p.here.start }
func (p place) joinedAfter() bool { return p.after.text != "" && p.here.end() == p.after.start }

// atColumn returns an error about a place of the expression, which begins with column 1.
func atColumn(expression string, place int, fault string) error {
	return fmt.Errorf("column %d: %s", utf8.RuneCountInString(expression[:place])+1, fault)
}

// backslashes doubles the backslashes of a raw string, except before a quote.
var backslashes = strings.NewReplacer(`\\`, `\\\\`, `\'`, `\'`, `\`, `\\`)

// keepBackslashes returns the expression as the library must read it: it reads two backslashes in a raw string as one, while the
// oci CLI keeps both.
func keepBackslashes(expression string, tokens []token) string {
	var kept strings.Builder
	end := 0
	for _, t := range tokens {
		kept.WriteString(expression[end:t.start])
		if end = t.end(); t.isQuoted('\'') {
			kept.WriteString(backslashes.Replace(t.text))
		} else {
			kept.WriteString(t.text)
		}
	}
	return kept.String()
}
