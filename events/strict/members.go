package strict

import (
	"bytes"
	"encoding/json"
	"iter"
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

// Trim removes the white space around a JSON value.
func Trim(value []byte) []byte {
	if length := len(value); length > 0 && value[0] > ' ' && value[length-1] > ' ' { // the common case
		return value
	}
	return bytes.Trim(value, WhiteSpace)
}
