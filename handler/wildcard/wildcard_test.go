package wildcard

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzPattern asserts that a pattern matches the same texts as the equivalent regular expression.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{{"com.acme.*", "com.acme.signup"}, {"*a*b*", "xxaxxbxx"}, {"a*a", "a"}, {"", "x"}, {"**", ""}, {"*ab*b", "ab"}, {"A", "a"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		for _, r := range text + value {
			if r >= 0x80 { // Go folds letters beyond ASCII in two ways
				return
			}
		}
		quoted := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`)
		if text == "" {
			quoted = ".*"
		}
		if got, want := Compile(text).Match(value), regexp.MustCompile(`(?is)^`+quoted+`$`).MatchString(value); got != want {
			t.Errorf("pattern %q on %q: got %v, want %v", text, value, got, want)
		}
	})
}

// BenchmarkPattern matches a pattern with many asterisks against a long text that almost matches.
func BenchmarkPattern(b *testing.B) {
	p := Compile(strings.Repeat("a*", 255) + "b")
	text := strings.Repeat("a", 2047) + "b"
	for b.Loop() {
		p.Match(text)
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           bool
	}{
		{"", "anything", true},
		{"*", "anything", true},
		{"com.acme.*", "com.acme.a.b", true},
		{"com.acme.*", "com.acmeXa", false},
		{"*.signup", "COM.ACME.SignUp", true},
		{"*.signup", "com.acme.signup.begin", false},
		{"a*b*c", "a-b-b-c", true},
		{"a+b", "aab", false},
	} {
		if got := Compile(c.pattern).Match(c.value); got != c.want {
			t.Errorf("pattern %s on %s: got %v, want %v", c.pattern, c.value, got, c.want)
		}
	}
}
