package events

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxDepth is the deepest nesting of objects and arrays that a body may have.
const MaxDepth = 64

// CheckJSON reports whether data is one JSON value and nothing else, in UTF-8, at most [MaxDepth] levels deep and
// without an object that has a key twice (RFC 8259 leaves the meaning of that open, so that two readers could see
// two different orders to act). The *[Error] says where the fault is.
func CheckJSON(data []byte) error { return checkJSON("the body", data, 0) }

// checkJSON is CheckJSON for what stands so many levels deep in a body.
func checkJSON(what string, data []byte, level int) error {
	if !utf8.Valid(data) {
		return Undecodable(what + " is not UTF-8")
	}
	if err := checkSyntax(what, data); err != nil {
		return err
	}
	check := strictness{scanner: scanner{data: data}, what: what, level: level}
	return check.value()
}

// CountValues is about how many values there are in data, which is JSON: what it costs to take it apart whole.
func CountValues(data []byte) int {
	values := 1
	for s := (scanner{data: data}); s.at < len(data); s.at++ {
		switch data[s.at] {
		case '"':
			s.text()
		case ',', '[', '{':
			values++
		}
	}
	return values
}

// checkSyntax reports whether data is one JSON value, as far as the grammar goes.
func checkSyntax(what string, data []byte) error {
	err := json.Unmarshal(data, new(syntaxOnly))
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	switch {
	case !ok:
		return err
	case strings.Contains(syntax.Error(), "max depth"): // its own limit is 10,000 levels
		return tooDeep(what)
	}
	return Undecodable(fmt.Sprintf("%s is not JSON: %s, at byte %d", what, syntax, syntax.Offset))
}

// syntaxOnly lets json.Unmarshal check the syntax of a value without keeping any of it.
type syntaxOnly struct{}

func (*syntaxOnly) UnmarshalJSON([]byte) error { return nil }

// strictness checks what the grammar leaves open. It keeps 16 bytes for each key of the objects that are open, for a
// body may be one object of a million keys.
type strictness struct {
	scanner
	what  string
	level int
	path  []step
	keys  []key
}

// step is one level of the path to where the check stands: a key, or an index if the key is nil.
type step struct {
	key   []byte
	index int
}

// key is a key of an object: where it stands, quoted, and the hash of what it reads.
type key struct {
	hash       uint64
	start, end uint32
}

func (s *strictness) value() error {
	switch s.next() {
	case '{':
		return s.object()
	case '[':
		return s.array()
	}
	s.skip()
	return nil
}

func (s *strictness) enter() error {
	s.path = append(s.path, step{})
	if s.level+len(s.path) > MaxDepth {
		return tooDeep(s.what)
	}
	return nil
}

func tooDeep(what string) error {
	return Undecodable(fmt.Sprintf("%s nests deeper than %d levels", what, MaxDepth))
}

func (s *strictness) leave() { s.path = s.path[:len(s.path)-1] }

func (s *strictness) array() error {
	if err := s.enter(); err != nil {
		return err
	}
	for index := 0; s.more('['); index++ {
		s.path[len(s.path)-1] = step{index: index}
		if err := s.value(); err != nil {
			return err
		}
	}
	s.leave()
	return nil
}

var seed = maphash.MakeSeed()

func (s *strictness) object() error {
	if err := s.enter(); err != nil {
		return err
	}
	first := len(s.keys)
	for s.more('{') {
		name := s.name()
		s.keys = append(s.keys, key{maphash.Bytes(seed, unquoted(name)), uint32(s.at - len(name)), uint32(s.at)})
		s.path[len(s.path)-1] = step{key: name}
		s.colon()
		if err := s.value(); err != nil {
			return err
		}
	}
	s.leave()
	keys := s.keys[first:]
	s.keys = s.keys[:first]
	return s.twice(keys)
}

// twice finds a key that stands twice: equal keys have equal hashes, and so stand side by side.
func (s *strictness) twice(keys []key) error {
	slices.SortFunc(keys, func(a, b key) int { return cmp.Compare(a.hash, b.hash) })
	for index := 1; index < len(keys); index++ {
		if keys[index].hash != keys[index-1].hash {
			continue
		}
		this, other := unquoted(s.data[keys[index].start:keys[index].end]), unquoted(s.data[keys[index-1].start:keys[index-1].end])
		if bytes.Equal(this, other) {
			return Undecodable(fmt.Sprintf("the key %q stands twice in %s", shorten(string(this)), s.place()))
		}
	}
	return nil
}

// place is where the check stands, such as data.list[1].
func (s *strictness) place() string {
	if len(s.path) == 0 {
		return "the top level"
	}
	var place strings.Builder
	for _, at := range s.path {
		switch {
		case at.key == nil:
			fmt.Fprintf(&place, "[%d]", at.index)
		case place.Len() == 0:
			place.WriteString(shorten(string(unquoted(at.key))))
		default:
			place.WriteString("." + shorten(string(unquoted(at.key))))
		}
	}
	return place.String()
}

// shorten keeps an error message short where it quotes input, 60 characters of it, and free of e-mail addresses.
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
