package strict

// Elements reads the elements of a list, or the members of an object, one by one. An element may be invalid JSON. It ends at
// the next comma or closing bracket on its level, so that the elements after it can still be read.
type Elements struct {
	Element []byte // the current element, a part of the list
	Rest    []byte // the list from the comma or closing bracket after the element; at first, the whole list
	end     byte   // the closing bracket
}

// ElementsOf returns the elements of a list or object.
func ElementsOf(list []byte) *Elements {
	e := &Elements{Rest: Trim(list)}
	if len(e.Rest) > 0 {
		e.end = e.Rest[0] + 2 // in ASCII, ']' is '[' + 2, and '}' is '{' + 2
	}
	return e
}

// Next reads the next element. It returns false at the closing bracket, and before an element that is empty or not followed
// by a comma or the closing bracket.
func (e *Elements) Next() bool {
	if len(e.Rest) == 0 || e.Closed() {
		return false
	}
	element, rest := cutElement(e.Rest[1:])
	after := Elements{element, rest, e.end}
	switch {
	case len(rest) == 0 || rest[0] != ',' && rest[0] != e.end:
		return false
	case len(element) > 0:
		*e = after
		return true
	case e.Element == nil && after.Closed(): // nothing between the brackets
		*e = after
	}
	return false
}

// Closed reports whether Next has reached the closing bracket.
func (e *Elements) Closed() bool { return len(e.Rest) > 0 && e.Rest[0] == e.end }

// Followed reports whether something follows the closing bracket.
func (e *Elements) Followed() bool { return e.Closed() && len(Trim(e.Rest[1:])) > 0 }

// cutElement splits list before the first comma or closing bracket on its level. The rest is nil if there is none.
func cutElement(list []byte) (element, rest []byte) {
	depth := 0
	for at := 0; at < len(list); at++ {
		switch c := list[at]; c {
		case '"':
			at = endOfString(list, at)
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				element = Trim(list[:at])
				return element[:len(element):len(element)], list[at:]
			}
			if c != ',' {
				depth--
			}
		}
	}
	return Trim(list), nil
}

// endOfString returns the position of the closing quote of the string that starts at start.
func endOfString(data []byte, start int) int {
	at := start + 1
	for at < len(data) && data[at] != '"' {
		if data[at] == '\\' {
			at++
		}
		at++
	}
	return at
}
