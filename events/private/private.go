// Package private keeps personal data out of logs and errors.
package private

import (
	"crypto/sha256"
	"fmt"
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

// Text returns a caller's text for use in a log or an error. If the text could contain an e-mail address, Text returns
// a digest of it instead, which still identifies the text.
func Text(text string) string {
	suspect := func(r rune) bool { return r == '@' || r == '%' || r >= utf8.RuneSelf }
	if strings.ContainsFunc(text, suspect) && addressForm().MatchString(text) {
		return digest(text)
	}
	return text
}

// word matches what stands between spaces.
var word = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\S+`) })

// Words is like [Text] for a message: it hides only the words that could contain an e-mail address.
func Words(message string) string {
	if Text(message) == message {
		return message
	}
	return word().ReplaceAllStringFunc(message, Text)
}

// Shorten prepares input for an error message: it cuts the input to 60 characters and hides e-mail addresses.
func Shorten(s string) string {
	s = Text(s)
	left := 60
	for index := range s {
		if left == 0 {
			return s[:index] + "…"
		}
		left--
	}
	return s
}

// digest returns a text that identifies the text and does not show it.
func digest(text string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text)))[:len("sha256:")+16]
}

// Name returns a stranger's text for use in a log if it has the form of a name, such as an OCID or a host: at most 255 letters, digits,
// hyphens, underscores and dots. Otherwise it returns a digest, so that a stranger cannot write into the log.
func Name(text string) string {
	other := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_.", r)
	}
	if len(text) > 255 || strings.ContainsFunc(text, other) {
		return digest(text)
	}
	return text
}
