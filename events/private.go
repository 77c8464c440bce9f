package events

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// addressForm is what could be an e-mail address, also in a URL. It is compiled when it is first needed: few texts are
// suspect.
var addressForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[@\x{FF20}\x{FE6B}]|%(25)*(40|EF%(25)*(BC%(25)*A0|B9%(25)*AB))`)
})

// Private is text of a caller as it may be told in a log or an error: what could be an e-mail address only as a digest, by
// which it can still be found again.
func Private(text string) string {
	suspect := func(r rune) bool { return r == '@' || r == '%' || r >= utf8.RuneSelf }
	if strings.ContainsFunc(text, suspect) && addressForm().MatchString(text) {
		return "sha256:" + Digest([]byte(text))[:16]
	}
	return text
}
