package events

// elements reads the elements of a list, or the members of an object, one by one. An element may be invalid JSON. It ends at
// the next comma or closing bracket on its level, so that the elements after it can still be read.
type elements struct {
	element []byte // the current element, a part of the list
	rest    []byte // the list from the comma or closing bracket after the element; at first, the whole list
	end     byte   // the closing bracket
}

// elementsOf returns the elements of a list or object.
func elementsOf(list []byte) *elements {
	e := &elements{rest: trim(list)}
	if len(e.rest) > 0 {
		e.end = e.rest[0] + 2 // in ASCII, ']' is '[' + 2, and '}' is '{' + 2
	}
	return e
}

// next reads the next element. It returns false at the closing bracket, and before an element that is empty or not followed
// by a comma or the closing bracket.
func (e *elements) next() bool {
	if len(e.rest) == 0 || e.closed() {
		return false
	}
	element, rest := cutElement(e.rest[1:])
	after := elements{element, rest, e.end}
	switch {
	case len(rest) == 0 || rest[0] != ',' && rest[0] != e.end:
		return false
	case len(element) > 0:
		*e = after
		return true
	case e.element == nil && after.closed(): // nothing between the brackets
		*e = after
	}
	return false
}

// closed reports whether next has reached the closing bracket.
func (e *elements) closed() bool { return len(e.rest) > 0 && e.rest[0] == e.end }

// followed reports whether something follows the closing bracket.
func (e *elements) followed() bool { return e.closed() && len(trim(e.rest[1:])) > 0 }

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
				element = trim(list[:at])
				return element[:len(element):len(element)], list[at:]
			}
			if c != ',' {
				depth--
			}
		}
	}
	return trim(list), nil
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
