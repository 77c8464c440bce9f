package handler

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"

	"sender-invitations/events"
)

// The freeform tags by which an invitation carries the event that it was made for. An update never takes them away.
const (
	keyTag    = "senderinvitation-key"
	digestTag = "senderinvitation-digest"
)

// maxReads is how often an update reads the invitation anew because it was changed in between.
const maxReads = 5

// tags are the parts of an invitation that an update merges.
type tags struct {
	Freeform map[string]string                     `json:"freeformTags"`
	Defined  map[string]map[string]json.RawMessage `json:"definedTags"`
}

// update changes an invitation: it reads, merges the tags and writes with the etag that it read, for the API would
// replace all tags. An etag of the caller's (ifMatch) is used as it is.
func (i *invocation) update(ctx context.Context, c Command) (events.Result, error) {
	c, err := i.selected(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	for reads := 1; ; reads++ {
		current, err := i.execute(ctx, c.read(c.request().path, ""))
		if err != nil {
			return resultOf(c.operation, current), err
		}
		merged, err := c.merged(current.body)
		if err != nil {
			return events.Result{}, err
		}
		if merged.changesNothing(current.body) && (c.IfMatch == "" || c.IfMatch == current.header.Get("etag")) {
			result := resultOf(c.operation, current)
			result.Outcome = events.Unchanged
			return result, nil
		}
		if merged.IfMatch == "" {
			merged.IfMatch = current.header.Get("etag")
		}
		result, err := i.perform(ctx, merged)
		if err == nil || events.AsError(err).Code != "NoEtagMatch" || c.IfMatch != "" || reads == maxReads {
			return result, err
		}
	}
}

// merged is the command with the tags that the invitation will have. Tag maps that the command does not set stay
// unset, and so unchanged.
func (c Command) merged(invitation []byte) (Command, error) {
	var current tags
	if err := json.Unmarshal(invitation, &current); err != nil {
		return c, badGateway("OCI gave an invitation that this function cannot read")
	}
	if c.FreeformTags != nil {
		wanted := map[string]string{}
		if !c.ReplaceTags {
			maps.Copy(wanted, current.Freeform)
		}
		maps.Copy(wanted, c.FreeformTags)
		for _, own := range []string{keyTag, digestTag} {
			delete(wanted, own)
			if value, ok := current.Freeform[own]; ok {
				wanted[own] = value
			}
		}
		c.FreeformTags = wanted
	}
	if c.DefinedTags != nil && !c.ReplaceTags {
		c.DefinedTags = mergedDefined(current.Defined, c.DefinedTags)
	}
	return c, nil
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
func (c Command) changesNothing(invitation []byte) bool {
	var current struct {
		DisplayName *string `json:"displayName"`
		tags
	}
	if json.Unmarshal(invitation, &current) != nil {
		return false
	}
	return (c.DisplayName == nil || current.DisplayName != nil && *c.DisplayName == *current.DisplayName) &&
		(c.FreeformTags == nil || maps.Equal(c.FreeformTags, current.Freeform)) &&
		(c.DefinedTags == nil || maps.EqualFunc(c.DefinedTags, current.Defined, func(a, b map[string]json.RawMessage) bool {
			return maps.EqualFunc(a, b, sameJSON)
		}))
}

// sameJSON reports whether two JSON texts have the same value.
func sameJSON(a, b json.RawMessage) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}
