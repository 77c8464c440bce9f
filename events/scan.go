package events

import (
	"bytes"
	"encoding/json"
	"iter"
)

// scanner reads JSON whose syntax is known to be right, in place: what it hands out are parts of data. The standard
// library's decoder would copy a list of a thousand records before the first is looked at.
type scanner struct {
	data []byte
	at   int
}

// whiteSpace is what may stand between the tokens of JSON (RFC 8259, section 2).
const whiteSpace = " \t\r\n"

// next is the byte that the next token begins with; 0 at the end.
func (s *scanner) next() byte {
	for s.at < len(s.data) {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// more steps into an array or object, or past the comma behind an element, and reports whether another one follows;
// else it steps out. It is asked once before each element.
func (s *scanner) more(open byte) bool {
	if c := s.next(); c == open || c == ',' {
		s.at++
	}
	if c := s.next(); c == ']' || c == '}' {
		s.at++
		return false
	}
	return true
}

// name reads a member's name, with its quotes.
func (s *scanner) name() []byte {
	s.next()
	return s.skip()
}

func (s *scanner) colon() {
	s.next()
	s.at++
}

// skip reads a whole value.
func (s *scanner) skip() []byte {
	s.next()
	start := s.at
	for depth := 0; s.at < len(s.data); {
		switch c := s.data[s.at]; c {
		case '"':
			s.text()
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':', ' ', '\t', '\r', '\n':
			s.at++
			continue // never the end of a value
		default:
			s.scalar()
		}
		if depth == 0 {
			break
		}
	}
	return s.data[start:s.at:s.at]
}

// text steps over a string.
func (s *scanner) text() {
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

// scalar steps over a number, true, false or null.
func (s *scanner) scalar() {
	end := bytes.IndexAny(s.data[s.at:], ",:]}"+whiteSpace)
	if end < 0 {
		end = len(s.data) - s.at
	}
	s.at += end
}

// members are the names and values of an object.
func members(object []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		s := scanner{data: object}
		for s.more('{') {
			name := unquoted(s.name())
			s.colon()
			if !yield(name, s.skip()) {
				return
			}
		}
	}
}

// unquoted is what a JSON string reads; nothing if it is no string.
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
