package events

import (
	"bytes"
	"encoding/json"
	"iter"
)

// whiteSpace holds the characters that JSON allows between tokens (RFC 8259, section 2).
const whiteSpace = " \t\r\n"

// Members yields the keys and values of a JSON object in order. The values are parts of object, not copies. Members does not
// check the syntax; use [CheckJSON] for that. If the object is cut off, Members stops before the incomplete member.
func Members(object []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		for e := elementsOf(object); e.next(); {
			end := min(endOfString(e.element, 0)+1, len(e.element))
			value := trim(bytes.TrimPrefix(trim(e.element[end:]), []byte{':'}))
			if len(value) == 0 || !yield(unquoted(e.element[:end]), json.RawMessage(value)) {
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

// unquoted returns the text of a JSON string, or nil if quoted is not a string.
func unquoted(quoted []byte) []byte {
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
