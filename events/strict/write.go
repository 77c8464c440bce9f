package strict

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// Marshal is [json.Marshal] without the escapes for HTML, which take six bytes each in a message.
func Marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
}

// Quote returns text as a JSON string.
func Quote(text string) json.RawMessage { return AppendQuoted(nil, text) }

// AppendQuoted appends text as a JSON string. It encodes the text in parts, because the encoder keeps copies of what it
// writes, and a text can be as long as a body.
func AppendQuoted(to []byte, text string) []byte {
	to = append(to, '"')
	for part := range parts(text) {
		to = append(to, quotedPart(part)...)
	}
	return append(to, '"')
}

// QuotedLen returns the length of text in a JSON string, without the quotes.
func QuotedLen(text []byte) int {
	length := 0
	for part := range parts(string(text)) {
		length += len(quotedPart(part))
	}
	return length
}

// quotedPart returns text as it appears in a JSON string, without the quotes.
func quotedPart(text string) []byte {
	quoted, err := Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return quoted[1 : len(quoted)-1]
}

// parts yields the text in parts of at most 32 KB, without splitting a character.
func parts(text string) iter.Seq[string] {
	const most = 32 << 10
	return func(yield func(string) bool) {
		for len(text) > most {
			length := most
			for length > most-utf8.UTFMax && !utf8.RuneStart(text[length]) {
				length--
			}
			if !yield(text[:length]) {
				return
			}
			text = text[length:]
		}
		yield(text)
	}
}
