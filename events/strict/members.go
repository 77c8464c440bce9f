package strict

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"unicode/utf16"
)

// WhiteSpace holds the characters that JSON allows between tokens (RFC 8259, section 2).
const WhiteSpace = " \t\r\n"

// Members yields the keys and values of a JSON object in order. The values are parts of object, not copies. Members does not
// check the syntax; use [Check] for that. If the object is cut off, Members stops before the incomplete member.
func Members(object []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		for e := ElementsOf(object); e.Next(); {
			end := min(endOfString(e.Element, 0)+1, len(e.Element))
			value := Trim(bytes.TrimPrefix(Trim(e.Element[end:]), []byte{':'}))
			if len(value) == 0 || !yield(Unquoted(e.Element[:end]), json.RawMessage(value)) {
				return
			}
		}
	}
}

// CountValues returns about how many values the JSON in data holds. It estimates the cost of decoding data.
func CountValues(data []byte) int {
	values := 1
	for at := 0; at < len(data); at++ {
		switch data[at] {
		case '"':
			at = endOfString(data, at)
		case ',', '[', '{':
			values++
		}
	}
	return values
}

// Unquoted returns the text of a JSON string, or nil if quoted is not a string.
func Unquoted(quoted []byte) []byte {
	if len(quoted) < 2 || quoted[0] != '"' {
		return nil
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	if json.Unmarshal(quoted, &text) != nil {
		return nil
	}
	return []byte(text)
}

// Exact is [Unquoted] without loss. An escape for half of a surrogate pair, which stands for no character, becomes the three bytes
// that WTF-8 has for it. So no two strings of different content become the same bytes; but the bytes may not be UTF-8.
func Exact(quoted []byte) []byte {
	if !bytes.Contains(Unquoted(quoted), []byte("\ufffd")) {
		return Unquoted(quoted)
	}
	var exact []byte
	quote := []byte{'"'}
	start := 1 // of the part that is not unquoted yet
	for at := 1; at < len(quoted)-1; at++ {
		if quoted[at] != '\\' {
			continue
		}
		half := escaped(quoted[at:])
		switch {
		case !utf16.IsSurrogate(half):
			at++
		case utf16.DecodeRune(half, escaped(quoted[at+len(`\ud800`):])) != '\ufffd':
			at += len(`\ud800\udc00`) - 1
		default:
			exact = append(exact, Unquoted(slices.Concat(quote, quoted[start:at], quote))...)
			exact = append(exact, 0xe0|byte(half>>12), 0x80|byte(half>>6)&0x3f, 0x80|byte(half)&0x3f)
			at += len(`\ud800`) - 1
			start = at + 1
		}
	}
	return append(exact, Unquoted(slices.Concat(quote, quoted[start:len(quoted)-1], quote))...)
}

// escaped returns the number of the escape \uXXXX that text begins with, or -1.
func escaped(text []byte) rune {
	if len(text) < len(`\ud800`) || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	number, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(number)
}

// Trim removes the white space around a JSON value.
func Trim(value []byte) []byte {
	if length := len(value); length > 0 && value[0] > ' ' && value[length-1] > ' ' { // the common case
		return value
	}
	return bytes.Trim(value, WhiteSpace)
}

// Kind returns the type of a JSON value, for error messages.
func Kind(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	}
	return "a number"
}
