package events

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// addressForm matches text that could contain an e-mail address, also percent-encoded. It is compiled on first use, because
// most texts do not need it.
var addressForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[@\x{FF20}\x{FE6B}]|%(25)*(40|EF%(25)*(BC%(25)*A0|B9%(25)*AB))`)
})

// Private returns a caller's text for use in a log or an error. If the text could contain an e-mail address, Private returns
// a digest of it instead, which still identifies the text.
func Private(text string) string {
	suspect := func(r rune) bool { return r == '@' || r == '%' || r >= utf8.RuneSelf }
	if strings.ContainsFunc(text, suspect) && addressForm().MatchString(text) {
		return "sha256:" + Digest([]byte(text))[:16]
	}
	return text
}
