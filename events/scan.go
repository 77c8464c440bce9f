package events

import (
	"bytes"
	"encoding/json"
	"iter"
)

// scanner reads JSON in place: what it hands out are parts of data. The standard library's decoder would copy a list of a
// thousand records before the first is looked at. It does not check the syntax, and is safe with what is not JSON.
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
	start := s.at
	s.text()
	s.at++
	return s.data[start:s.at]
}

func (s *scanner) colon() {
	s.next()
	s.at++
}

// skip reads a whole value: all up to the comma or bracket behind it. What is not JSON ends there too, so that one broken
// element of a list can be told from the next.
func (s *scanner) skip() []byte {
	s.next()
	start, depth := s.at, 0
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; c {
		case '"':
			s.text()
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return s.part(start)
			}
			if c != ',' {
				depth--
			}
		}
	}
	return s.part(start)
}

// part is what was read since start, without the white space behind it.
func (s *scanner) part(start int) []byte {
	part := bytes.TrimRight(s.data[start:min(s.at, len(s.data))], whiteSpace)
	return part[:len(part):len(part)]
}

// text steps from the quote before a string to that behind it.
func (s *scanner) text() {
	for s.at++; s.at < len(s.data) && s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
}

// ending is how a list ends.
type ending int

const (
	whole    ending = iota // with its bracket, and nothing follows
	followed               // with its bracket, but something follows
	broken                 // in a record that neither a comma nor the bracket follows: what begins there cannot be told apart
	left                   // it was not read to its end
)

// elements reads a list, whose elements may be anything. It stops where yield says so, and before what is broken.
func (s *scanner) elements(yield func(element []byte) bool) ending {
	s.next()
	s.at++ // the bracket
	if s.next() == ']' {
		return s.close()
	}
	for {
		start := s.at
		element := s.skip()
		c := s.next()
		switch {
		case len(element) == 0 || c != ',' && c != ']':
			s.at = start
			return broken
		case !yield(element):
			return left
		case c == ']':
			return s.close()
		}
		s.at++
	}
}

func (s *scanner) close() ending {
	s.at++
	s.next()
	if s.at < len(s.data) {
		return followed
	}
	return whole
}

// Members are the names and values of a JSON object, in order; the values are parts of it. The syntax is not
// checked; [CheckJSON] does that.
func Members(object []byte) iter.Seq2[[]byte, json.RawMessage] {
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
