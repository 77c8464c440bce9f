package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// The limits of tags, in characters (https://docs.oracle.com/iaas/Content/Tagging/Concepts/taggingoverview.htm).
const (
	maxFreeformTags = 10
	maxDefinedTags  = 64
	maxTagKey       = 100
	maxTagValue     = 256
)

// LedgerTags is the number of freeform tags that a create leaves free for the ledger.
const LedgerTags = 2

func (c Command) checkTags() error {
	if err := c.checkFreeformTags(); err != nil {
		return err
	}
	return c.checkDefinedTags()
}

func (c Command) checkFreeformTags() error {
	most := maxFreeformTags
	if c.Operation == Create {
		most -= LedgerTags
	}
	if len(c.FreeformTags) > most {
		return c.invalid("freeformTags", "has %d tags; at most %d fit", len(c.FreeformTags), most)
	}
	for _, key := range slices.Sorted(maps.Keys(c.FreeformTags)) {
		switch {
		case key == "":
			return c.invalid("freeformTags:", "a key is empty")
		case longerThan(maxTagKey, key):
			return c.invalid("freeformTags:", "the key %q is longer than %d characters", private.Shorten(key), maxTagKey)
		case longerThan(maxTagValue, c.FreeformTags[key]):
			return c.invalid("freeformTags:", "the value of tag %q is longer than %d characters", private.Shorten(key), maxTagValue)
		}
	}
	return nil
}

func (c Command) checkDefinedTags() error {
	tags := 0
	for _, values := range c.DefinedTags {
		tags += max(1, len(values))
	}
	if tags > maxDefinedTags {
		return c.invalid("definedTags", "has %d tags; at most %d fit", tags, maxDefinedTags)
	}
	for _, namespace := range slices.Sorted(maps.Keys(c.DefinedTags)) {
		switch {
		case namespace == "":
			return c.invalid("definedTags:", "a namespace is empty")
		case longerThan(maxTagKey, namespace):
			return c.invalid("definedTags:", "the namespace %q is longer than %d characters", private.Shorten(namespace), maxTagKey)
		}
		if err := c.checkNamespace(namespace); err != nil {
			return err
		}
	}
	return nil
}

func (c Command) checkNamespace(namespace string) error {
	values := c.DefinedTags[namespace]
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch {
		case key == "":
			return c.invalid("definedTags:", "a key of namespace %q is empty", private.Shorten(namespace))
		case longerThan(maxTagKey, key):
			return c.invalid("definedTags:", "the key %q is longer than %d characters", private.Shorten(key), maxTagKey)
		}
		tag, text := []any{private.Shorten(namespace), private.Shorten(key)}, ""
		if len(values[key]) > 0 && values[key][0] == '"' && json.Unmarshal(values[key], &text) != nil {
			return c.invalid("definedTags:", "the value of tag %q.%q cannot be read", tag...)
		}
		if longerThan(maxTagValue, text) {
			return c.invalid("definedTags:", "the value of tag %q.%q is longer than %d characters", append(tag, maxTagValue)...)
		}
	}
	return nil
}

// tagFault tells which tag, or which namespace of tags, has a value of a wrong type; "" if none has.
func tagFault(field string, raw json.RawMessage) string {
	begin, form := byte('"'), "the value of tag %q must be a string, not %s"
	if field == "definedTags" {
		begin, form = '{', "namespace %q must be an object of tags, not %s"
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil { // it is not an object
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if value := members[name]; value[0] != begin {
			return fmt.Sprintf(form, private.Shorten(name), strict.Kind(value))
		}
	}
	return ""
}

// longerThan reports whether the text has more than most characters.
func longerThan(most int, text string) bool {
	return len(text) > most && utf8.RuneCountInString(text) > most
}
