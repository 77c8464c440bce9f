package invitations

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"

	"sender-invitations/handler/command"
)

// merged returns the command with the tags that the invitation will have. Tags that the command does not set stay unset, so the API
// leaves them as they are.
func merged(c command.Command, current reading) command.Command {
	if c.FreeformTags != nil {
		wanted := map[string]string{}
		if !c.ReplaceTags {
			maps.Copy(wanted, current.FreeformTags)
		}
		maps.Copy(wanted, c.FreeformTags)
		for _, own := range ownTags {
			delete(wanted, own)
			if value, ok := current.FreeformTags[own]; ok {
				wanted[own] = value
			}
		}
		c.FreeformTags = wanted
	}
	if c.DefinedTags != nil && !c.ReplaceTags {
		c.DefinedTags = mergedDefined(current.DefinedTags, c.DefinedTags)
	}
	return c
}

func mergedDefined(current, changed map[string]map[string]json.RawMessage) map[string]map[string]json.RawMessage {
	merged := map[string]map[string]json.RawMessage{}
	for _, from := range []map[string]map[string]json.RawMessage{current, changed} {
		for namespace, values := range from {
			if merged[namespace] == nil {
				merged[namespace] = map[string]json.RawMessage{}
			}
			maps.Copy(merged[namespace], values)
		}
	}
	return merged
}

// changesNothing reports whether the invitation is already as the merged command wants it.
func changesNothing(c command.Command, current reading) bool {
	return (c.DisplayName == nil || current.DisplayName != nil && *c.DisplayName == *current.DisplayName) &&
		(c.FreeformTags == nil || maps.Equal(c.FreeformTags, current.FreeformTags)) &&
		(c.DefinedTags == nil || maps.EqualFunc(c.DefinedTags, current.DefinedTags, func(a, b map[string]json.RawMessage) bool {
			return maps.EqualFunc(a, b, SameJSON)
		}))
}

// SameJSON reports whether two JSON texts have the same value.
func SameJSON(a, b json.RawMessage) bool {
	left, err := canonical(a)
	right, fault := canonical(b)
	return err == nil && fault == nil && reflect.DeepEqual(left, right)
}

// canonical returns the value of a JSON text. Numbers stay as they are written, for some do not fit a double.
func canonical(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
