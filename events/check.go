package events

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is the maximum depth of nested objects and arrays in a body.
const MaxDepth = 64

// CheckJSON checks that data is a single JSON value in UTF-8, nested at most [MaxDepth] levels deep, and that no object
// has a duplicate name: two readers could understand such an object differently (RFC 8259, section 4). The *[Error]
// says what is wrong and where.
func CheckJSON(data []byte) error { return checkJSON("the body", data, 0) }

// newDecoder returns a decoder that reads data in place: it hands out parts of data, not copies. It accepts an escaped
// half of a surrogate pair, as [json.Valid] does. The checker finds duplicate names with less memory.
func newDecoder(data []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// checkJSON does the work of [CheckJSON] for data at the given level of a body. Errors call the data what.
func checkJSON(what string, data []byte, level int) error {
	if !utf8.Valid(data) {
		return Undecodable(what + " is not UTF-8")
	}
	c := checker{Decoder: newDecoder(data), data: data, what: what, level: level}
	err := c.value()
	if _, ok := err.(*Error); ok {
		return err
	}
	return notJSON(what, data, cmp.Or(err, checkEnd(c.Decoder, data)))
}

// checkSyntax checks that data is a single JSON value, and nothing else about it.
func checkSyntax(what string, data []byte) error {
	d := newDecoder(data)
	_, err := d.ReadValue()
	return notJSON(what, data, cmp.Or(err, checkEnd(d, data)))
}

// checkEnd checks that nothing follows the value that d has read.
func checkEnd(d *jsontext.Decoder, data []byte) error {
	rest := bytes.TrimLeft(data[d.InputOffset():], whiteSpace)
	if len(rest) == 0 {
		return nil
	}
	c, _ := utf8.DecodeRune(rest)
	return &jsontext.SyntacticError{ByteOffset: int64(len(data) - len(rest)), Err: fmt.Errorf("invalid character %q after top-level value", c)}
}

// notJSON returns the *[Error] for an error of the decoder, or nil for nil.
func notJSON(what string, data []byte, err error) error {
	if err == nil {
		return nil
	}
	fault, at := "unexpected end of JSON input", int64(len(data))
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && syntax.Err != io.ErrUnexpectedEOF {
		fault, at = syntax.Err.Error(), syntax.ByteOffset+1
	}
	return Undecodable(fmt.Sprintf("%s is not JSON: %s, at byte %d", what, fault, at))
}

// checker checks depth and names. For duplicates the decoder would keep each name twice, in a list and in a map; the
// checker keeps 16 bytes a name, because a body may be one object with a million names.
type checker struct {
	*jsontext.Decoder
	data  []byte
	what  string
	level int
	names []name // of all open objects
	outer []int  // for each open object or list, how many names were there before it
	text  []byte // an unquoted name; kept to reuse its memory
}

// name is a member's name: its hash, and its position in the data, quotes included.
type name struct {
	hash       uint64
	start, end uint32
}

var seed = maphash.MakeSeed()

// value checks one value, token by token.
func (c *checker) value() error {
	for {
		if err := c.token(); err != nil || c.StackDepth() == 0 {
			return err
		}
	}
}

func (c *checker) token() error {
	switch c.PeekKind() {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		return c.open()
	case jsontext.KindEndObject, jsontext.KindEndArray:
		return c.close()
	case jsontext.KindString:
		if kind, length := c.StackIndex(c.StackDepth()); kind == jsontext.KindBeginObject && length%2 == 0 {
			return c.name()
		}
	}
	_, err := c.ReadValue()
	return err
}

func (c *checker) open() error {
	if c.level+c.StackDepth() >= MaxDepth {
		return Undecodable(fmt.Sprintf("%s nests deeper than %d levels", c.what, MaxDepth))
	}
	c.outer = append(c.outer, len(c.names))
	_, err := c.ReadToken()
	return err
}

func (c *checker) close() error {
	if _, err := c.ReadToken(); err != nil {
		return err
	}
	last := len(c.outer) - 1
	names := c.names[c.outer[last]:]
	if text, twice := c.duplicate(names); twice {
		return Undecodable(fmt.Sprintf("the key %q stands twice in %s", shorten(text), c.place()))
	}
	c.names, c.outer = c.names[:c.outer[last]], c.outer[:last]
	return nil
}

// name reads and keeps a name.
func (c *checker) name() error {
	quoted, err := c.ReadValue()
	if err != nil {
		return err
	}
	text := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(text, '\\') >= 0 {
		c.text, _ = jsontext.AppendUnquote(c.text[:0], quoted) // the error is for half a surrogate pair, which is accepted
		text = c.text
	}
	end := uint32(c.InputOffset())
	c.names = append(c.names, name{maphash.Bytes(seed, text), end - uint32(len(quoted)), end})
	return nil
}

// duplicate returns a name that stands twice among those of an object. It sorts them by hash, which puts equal names
// side by side.
func (c *checker) duplicate(names []name) (string, bool) {
	slices.SortFunc(names, func(a, b name) int { return cmp.Compare(a.hash, b.hash) })
	for index := 1; index < len(names); index++ {
		if names[index].hash != names[index-1].hash {
			continue
		}
		if text := c.unquoted(names[index]); text == c.unquoted(names[index-1]) {
			return text, true
		}
	}
	return "", false
}

func (c *checker) unquoted(n name) string { return string(unquoted(c.data[n.start:n.end])) }

// place returns the position of the object that was closed last, such as data.list[1].
func (c *checker) place() string {
	var place strings.Builder
	for level := 1; level <= c.StackDepth(); level++ {
		if kind, length := c.StackIndex(level); kind == jsontext.KindBeginArray {
			fmt.Fprintf(&place, "[%d]", length-1)
		} else {
			place.WriteString("." + shorten(c.unquoted(c.names[c.outer[level]-1])))
		}
	}
	return cmp.Or(strings.TrimPrefix(place.String(), "."), "the top level")
}

// shorten cuts quoted input to 60 characters, so that an error message stays short, and hides e-mail addresses.
func shorten(s string) string {
	s = Private(s)
	left := 60
	for index := range s {
		if left == 0 {
			return s[:index] + "…"
		}
		left--
	}
	return s
}
