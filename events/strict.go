package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// MaxDepth is the deepest nesting of objects and arrays that a body may have.
const MaxDepth = 64

// CheckJSON reports whether data is one JSON value and nothing else, in UTF-8, at most [MaxDepth] levels deep and
// without an object that has a key twice (RFC 8259 leaves the meaning of that open, so that two readers could see
// two different orders to act). The *[Error] says where the fault is.
func CheckJSON(data []byte) error {
	if !utf8.Valid(data) {
		return Undecodable("the body is not UTF-8")
	}
	if err := json.Unmarshal(data, new(syntaxOnly)); err != nil {
		return Undecodable(syntaxMessage(err))
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return checkValue(decoder, nil)
}

// syntaxOnly lets json.Unmarshal check the syntax of a value without keeping any of it.
type syntaxOnly struct{}

func (*syntaxOnly) UnmarshalJSON([]byte) error { return nil }

func syntaxMessage(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("the body is not JSON: %s, at byte %d", syntax, syntax.Offset)
	}
	return "the body is not JSON"
}

// place is where the check stands in the document; it is written out only for an error.
type place struct {
	parent *place
	depth  int
	key    string
	index  int // of an array's element; -1 for an object's member
}

func (p *place) String() string {
	switch {
	case p == nil:
		return "the top level"
	case p.index >= 0 && p.parent == nil:
		return fmt.Sprintf("[%d]", p.index)
	case p.index >= 0:
		return fmt.Sprintf("%s[%d]", p.parent, p.index)
	case p.parent == nil:
		return shorten(p.key)
	}
	return p.parent.String() + "." + shorten(p.key)
}

func (p *place) child(key string, index int) *place {
	depth := 1
	if p != nil {
		depth = p.depth + 1
	}
	return &place{parent: p, depth: depth, key: key, index: index}
}

// checkValue reads one value whose syntax is known to be right.
func checkValue(decoder *json.Decoder, at *place) error {
	token, err := decoder.Token()
	if err != nil && !errors.Is(err, io.EOF) {
		return Undecodable(syntaxMessage(err))
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	if at != nil && at.depth >= MaxDepth {
		return Undecodable(fmt.Sprintf("the body nests deeper than %d levels", MaxDepth))
	}
	if open == '{' {
		err = checkObject(decoder, at)
	} else {
		err = checkArray(decoder, at)
	}
	if err == nil {
		_, err = decoder.Token() // the closing delimiter
	}
	return err
}

func checkObject(decoder *json.Decoder, at *place) error {
	seen := map[string]struct{}{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return Undecodable(syntaxMessage(err))
		}
		key := token.(string) // the syntax is right: an object's member begins with its key
		if _, twice := seen[key]; twice {
			return Undecodable(fmt.Sprintf("the key %q stands twice in %s", shorten(key), at))
		}
		seen[key] = struct{}{}
		if err := checkValue(decoder, at.child(key, -1)); err != nil {
			return err
		}
	}
	return nil
}

func checkArray(decoder *json.Decoder, at *place) error {
	for index := 0; decoder.More(); index++ {
		if err := checkValue(decoder, at.child("", index)); err != nil {
			return err
		}
	}
	return nil
}

// shorten keeps an error message short where it quotes input.
func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
