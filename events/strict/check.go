// Package strict reads and writes JSON as the function takes it: one value in UTF-8, nested a bounded number of levels, without
// duplicate keys. It reads in place: what it returns are parts of the input, not copies.
package strict

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"sender-invitations/events/private"
)

// MaxDepth is the maximum depth of nested objects and arrays in a body.
const MaxDepth = 64

// Check checks that data is a single JSON value in UTF-8, nested at most [MaxDepth] levels deep, and that no object has a key
// twice. Two readers could understand such an object differently (RFC 8259, section 4). The data stands level levels deep in a
// body; the error calls it what, and says what is wrong and where.
func Check(what string, data []byte, level int) error {
	if err := checkEncoding(what, data); err != nil {
		return err
	}
	c := checker{Decoder: newDecoder(data), data: data, what: what, level: level}
	err := c.check()
	if _, ok := errors.AsType[fault](err); ok {
		return err
	}
	return notJSON(what, data, cmp.Or(err, checkEnd(c.Decoder, data)))
}

// fault is an error of the checker, as opposed to one of the decoder.
type fault string

// Error returns the text of the fault.
func (f fault) Error() string { return string(f) }

// newDecoder returns a decoder that reads data in place: it returns parts of data, not copies. It accepts an escaped half of
// a surrogate pair, as [json.Valid] does. It also accepts duplicate keys, which the checker finds with less memory.
func newDecoder(data []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// Syntax checks that data is a single JSON value, and nothing else about it.
func Syntax(what string, data []byte) error {
	d := newDecoder(data)
	_, err := d.ReadValue()
	return notJSON(what, data, cmp.Or(err, checkEnd(d, data)))
}

// checkEnd checks that nothing follows the value that d has read.
func checkEnd(d *jsontext.Decoder, data []byte) error {
	rest := bytes.TrimLeft(data[d.InputOffset():], WhiteSpace)
	if len(rest) == 0 {
		return nil
	}
	c, _ := utf8.DecodeRune(rest)
	invalid := fmt.Errorf("invalid character %q after top-level value", c)
	return &jsontext.SyntacticError{ByteOffset: int64(len(data) - len(rest)), Err: invalid}
}

// checker checks the depth and the keys of a JSON value. It keeps 16 bytes for each key of the open objects, because a body
// may be one object with a million keys; the decoder's own check for duplicates needs about twice as much memory.
type checker struct {
	*jsontext.Decoder
	data  []byte
	what  string
	level int
	keys  []key  // the keys of all open objects
	outer []int  // for each open object or list, the number of keys before it
	text  []byte // the last key with an escape, unquoted; kept to reuse its memory
}

// key is the hash of a key and its position in the data, including the quotes.
type key struct {
	hash       uint64
	start, end uint32
}

var seed = maphash.MakeSeed()

// check checks one value, token by token.
func (c *checker) check() error {
	for {
		if err := c.token(); err != nil || c.StackDepth() == 0 {
			return err
		}
	}
}

// token checks one token.
func (c *checker) token() error {
	switch c.PeekKind() {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		return c.open()
	case jsontext.KindEndObject, jsontext.KindEndArray:
		return c.close()
	case jsontext.KindString:
		if kind, length := c.StackIndex(c.StackDepth()); kind == jsontext.KindBeginObject && length%2 == 0 {
			return c.key()
		}
	}
	_, err := c.ReadValue()
	return err
}

// open checks the opening bracket of an object or list.
func (c *checker) open() error {
	if c.level+c.StackDepth() >= MaxDepth {
		return fault(fmt.Sprintf("%s nests deeper than %d levels", c.what, MaxDepth))
	}
	c.outer = append(c.outer, len(c.keys))
	_, err := c.ReadToken()
	return err
}

// close checks the closing bracket of an object or list, and the keys of the object.
func (c *checker) close() error {
	if _, err := c.ReadToken(); err != nil {
		return err
	}
	last := len(c.outer) - 1
	if text, found := c.duplicate(c.keys[c.outer[last]:]); found {
		return fault(fmt.Sprintf("the key %q appears twice in %s", private.Shorten(text), c.place()))
	}
	c.keys, c.outer = c.keys[:c.outer[last]], c.outer[:last]
	return nil
}

// key reads a key and keeps it until its object is closed.
func (c *checker) key() error {
	quoted, err := c.ReadValue()
	if err != nil {
		return err
	}
	text := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(text, '\\') >= 0 {
		c.text, _ = jsontext.AppendUnquote(c.text[:0], quoted) // an error means half a surrogate pair, which is accepted
		text = c.text
	}
	end := uint32(c.InputOffset())
	c.keys = append(c.keys, key{maphash.Bytes(seed, text), end - uint32(len(quoted)), end})
	return nil
}

// duplicate returns a key that an object has twice. It sorts the object's keys by hash, so that equal keys are neighbours.
func (c *checker) duplicate(keys []key) (text string, found bool) {
	slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.hash, b.hash) })
	for index := 1; index < len(keys); index++ {
		if keys[index].hash != keys[index-1].hash {
			continue
		}
		if text := c.unquoted(keys[index]); text == c.unquoted(keys[index-1]) {
			return text, true
		}
	}
	return "", false
}

// unquoted returns the text of a key.
func (c *checker) unquoted(k key) string { return string(Unquoted(c.data[k.start:k.end])) }

// place returns the path of the object that was closed last, such as data.list[1].
func (c *checker) place() string {
	var place strings.Builder
	for level := 1; level <= c.StackDepth(); level++ {
		if kind, length := c.StackIndex(level); kind == jsontext.KindBeginArray {
			fmt.Fprintf(&place, "[%d]", length-1)
		} else {
			place.WriteString("." + private.Shorten(c.unquoted(c.keys[c.outer[level]-1])))
		}
	}
	return cmp.Or(strings.TrimPrefix(place.String(), "."), "the top-level object")
}
