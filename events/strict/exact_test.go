package strict_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"sender-invitations/events/strict"
)

// TestExact checks that strings of different content become different bytes, and that text becomes what JSON says.
func TestExact(t *testing.T) {
	for quoted, want := range map[string]string{
		`"\ud800"`:                   "\xed\xa0\x80",
		`"\uDFFF"`:                   "\xed\xbf\xbf",
		`"\ufffd"`:                   "\ufffd",
		"\"\ufffd\"":                 "\ufffd",
		`"a\n\ud800b\"\udc00\\c"`:    "a\n\xed\xa0\x80b\"\xed\xb0\x80\\c",
		`"\udc00\ud800"`:             "\xed\xb0\x80\xed\xa0\x80",
		`"\ud800\ud83d\ude00\ud83d"`: "\xed\xa0\x80😀\xed\xa0\xbd",
		`"\\ud800\ufffd"`:            `\ud800` + "\ufffd",
		`"\ud800\\udc00"`:            "\xed\xa0\x80" + `\udc00`,
		`""`:                         "",
		`"é\u00e9"`:                  "éé",
	} {
		if got := string(strict.Exact([]byte(quoted))); got != want {
			t.Errorf("%s becomes %q, want %q", quoted, got, want)
		}
	}
	for _, other := range []string{"", "1", "null", `"`, `"\`} {
		if got := strict.Exact([]byte(other)); got != nil {
			t.Errorf("%s becomes %q", other, got)
		}
	}
}

// FuzzExact checks that Exact differs from what JSON says only for halves of surrogate pairs.
func FuzzExact(f *testing.F) {
	f.Add(`"\ud800\ud83d\ude00"`)
	f.Fuzz(func(t *testing.T, quoted string) {
		var text string
		if !utf8.ValidString(quoted) || json.Unmarshal([]byte(quoted), &text) != nil || quoted[0] != '"' || !strings.HasSuffix(quoted, `"`) {
			return
		}
		exact := strict.Exact([]byte(quoted))
		var replaced strings.Builder
		for rest := exact; len(rest) > 0; {
			if len(rest) >= 3 && rest[0] == 0xed && rest[1] >= 0xa0 {
				replaced.WriteString("\ufffd")
				rest = rest[3:]
				continue
			}
			replaced.WriteByte(rest[0])
			rest = rest[1:]
		}
		if replaced.String() != text {
			t.Errorf("%s becomes %q, want %q", quoted, exact, text)
		}
	})
}
