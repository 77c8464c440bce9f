package strict_test

import (
	"strings"
	"testing"

	"sender-invitations/events/strict"
)

// TestFaults checks that an error names the line, the column, the fault and the remedy, for bodies that editors and other encodings
// make.
func TestFaults(t *testing.T) {
	for body, fault := range map[string]string{
		"":                                "the body is not JSON: it is empty",
		" \n":                             "the body is not JSON: it is empty",
		"not JSON":                        "the body is not JSON: a word that is not true, false or null, at line 1, column 2",
		"{\"a\": \"é\",\r\n \"ä\": nope}": "at line 2, column 8",
		`{"a": `:                          "unexpected end of JSON input, at line 1, column 7",
		`{"a": 1} {}`:                     "after top-level value, at line 1, column 10",
		"\xef\xbb\xbf{\"a\": 1}":          "it begins with a byte order mark (bytes EF BB BF); send UTF-8 without it",
		"\xff\xfe{\x00}\x00":              "is not UTF-8: it begins with the byte order mark of UTF-16 (bytes FF FE); send UTF-8",
		"\xfe\xff\x00{\x00}":              "is not UTF-8: it begins with the byte order mark of UTF-16 (bytes FE FF); send UTF-8",
		"{\x00}\x00":                      "is not UTF-8: it has zero bytes, as UTF-16 has; send UTF-8",
		"\x00{\x00}":                      "is not UTF-8: it has zero bytes, as UTF-16 has; send UTF-8",
		"{\"a\":\n \"M\xfcller\"}":        "is not UTF-8: the byte FC at line 2, column 4 is of another encoding, such as Latin-1; send UTF-8",
		"{\"a\":\u00a01}":                 "at line 1, column 6; U+00A0 is a space that JSON does not take: write a plain one",
		"{\u200b\"a\": 1}":                "at line 1, column 2; U+200B is invisible: remove it",
		"{“a”: 1}":                        `at line 1, column 2; U+201C is a typographic quotation mark: write the plain one (")`,
		"{„a“: 1}":                        `U+201E is a typographic quotation mark`,
		"{\"a\": ‘b’}":                    `at line 1, column 7; U+2018 is a typographic quotation mark: write the plain one (")`,
		"{'a': 1}":                        `at line 1, column 2; JSON takes only double quotation marks (")`,
	} {
		err := strict.Check("the body", []byte(body), 0)
		if err == nil || !strings.HasPrefix(err.Error(), "the body is not ") || !strings.Contains(err.Error(), fault) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", body, err, fault)
		}
	}
	for _, body := range []string{"{\"a\u00a0\": \"“\ufeff‘'\"}", `{"\u0000": "\u00fc"}`} {
		if err := strict.Check("the body", []byte(body), 0); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}
