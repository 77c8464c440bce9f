package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// checkEncoding checks that data is UTF-8 without a byte order mark. Its errors say which encoding data could have, and what to do.
func checkEncoding(what string, data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return errors.New(what + " is not JSON: it begins with a byte order mark (bytes EF BB BF); send UTF-8 without it")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fmt.Errorf("%s is not UTF-8: it begins with the byte order mark of UTF-16 (bytes %X %X); send UTF-8", what, data[0], data[1])
	case len(data) > 1 && (data[0] == 0) != (data[1] == 0):
		return errors.New(what + " is not UTF-8: it has zero bytes, as UTF-16 has; send UTF-8")
	case utf8.Valid(data):
		return nil
	}
	at := firstInvalid(data)
	return fmt.Errorf("%s is not UTF-8: the byte %X at %s is of another encoding, such as Latin-1; send UTF-8", what, data[at], position(data, at))
}

// firstInvalid returns the place of the first byte that is not UTF-8; data must have one.
func firstInvalid(data []byte) int {
	at := 0
	for {
		c, size := utf8.DecodeRune(data[at:])
		if c == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
}

// notJSON returns an error of the decoder in words of our own; nil for nil.
func notJSON(what string, data []byte, err error) error {
	if err == nil {
		return nil
	}
	if len(bytes.Trim(data, WhiteSpace)) == 0 {
		return errors.New(what + " is not JSON: it is empty")
	}
	reason, at := "unexpected end of JSON input", len(data)
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && syntax.Err != io.ErrUnexpectedEOF {
		reason, at = syntax.Err.Error(), int(syntax.ByteOffset)
	}
	if strings.Contains(reason, " in literal ") { // the decoder expects null at every n
		reason = "a word that is not true, false or null"
	}
	return fmt.Errorf("%s is not JSON: %s, at %s%s", what, reason, position(data, at), remedy(data[at:]))
}

// position returns the line and the column of a byte. Both count from 1, and columns are characters.
func position(data []byte, at int) string {
	before := data[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, column %d", 1+bytes.Count(before, []byte{'\n'}), 1+utf8.RuneCount(before[start:]))
}

// remedy returns what to do about a character that passes for one of JSON, or "".
func remedy(rest []byte) string {
	c, _ := utf8.DecodeRune(rest)
	switch {
	case c == '\'':
		return `; JSON takes only double quotation marks (")`
	case unicode.In(c, unicode.Pi, unicode.Pf), c == '‚', c == '„':
		return fmt.Sprintf(`; U+%04X is a typographic quotation mark: write the plain one (")`, c)
	case unicode.Is(unicode.Cf, c):
		return fmt.Sprintf("; U+%04X is invisible: remove it", c)
	case c > unicode.MaxASCII && unicode.IsSpace(c):
		return fmt.Sprintf("; U+%04X is a space that JSON does not take: write a plain one", c)
	}
	return ""
}
