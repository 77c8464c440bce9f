package handler

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sender-invitations/events"
)

// Command is an order to one operation. Its fields have the names and types of the Organizations API
// (https://docs.oracle.com/iaas/api/#/en/organizations/20230401/SenderInvitation/); which of them an operation takes
// is in the table of operations.
type Command struct {
	operation *operation
	key       string    // see setKey
	known     *sighting // the invitation that it names, if a list read it for this command; nothing is done to it before

	SenderInvitationID    string                                `json:"senderInvitationId,omitempty"`
	CompartmentID         string                                `json:"compartmentId,omitempty"`
	RecipientTenancyID    string                                `json:"recipientTenancyId,omitempty"`
	RecipientEmailAddress *string                               `json:"recipientEmailAddress,omitempty"`
	DisplayName           *string                               `json:"displayName,omitempty"`
	Subjects              []string                              `json:"subjects,omitzero"`
	Features              []string                              `json:"features,omitzero"`
	FreeformTags          map[string]string                     `json:"freeformTags,omitzero"`
	DefinedTags           map[string]map[string]json.RawMessage `json:"definedTags,omitzero"`

	// Filters and paging of list.
	LifecycleState string `json:"lifecycleState,omitempty"`
	Status         string `json:"status,omitempty"`
	Page           string `json:"page,omitempty"`
	Limit          *int   `json:"limit,omitempty"`
	SortBy         string `json:"sortBy,omitempty"`
	SortOrder      string `json:"sortOrder,omitempty"`

	// Headers of the request.
	IfMatch       string `json:"ifMatch,omitempty"`
	OpcRetryToken string `json:"opcRetryToken,omitempty"`
	OpcRequestID  string `json:"opcRequestId,omitempty"`

	// Retry is "none" if each call is to be made once, whatever comes of it.
	Retry string `json:"retry,omitempty"`

	// ReplaceTags makes an update replace the tags instead of merging them.
	ReplaceTags bool `json:"replaceTags,omitempty"`
}

// setKey sets by what a repeat of the command is recognised: the hash of its operation and of the event's source and id, or
// of the retry token where one is given, for a command by itself has no id that would come again. The key is the retry token
// otherwise.
func (c *Command) setKey(trigger *events.Trigger) {
	if c.OpcRetryToken != "" {
		c.key = events.Hash(c.OpcRetryToken, c.operation.name)
		return
	}
	c.key = events.Hash(trigger.Source, trigger.ID, c.operation.name)
	if c.operation.takes("opcRetryToken") {
		c.OpcRetryToken = c.key
	}
}

// maxCommandValues and maxCommandSize are the most values and bytes of a command: far more than any has, and few enough to
// take apart.
const (
	maxCommandValues = 10_000
	maxCommandSize   = 256 << 10
)

// parseCommand reads the fields of a command, a JSON object. A field that is null is unset; one that the operation
// does not take is an error, whatever its value.
func parseCommand(op *operation, data []byte) (Command, error) {
	command := Command{operation: op}
	if len(data) == 0 {
		return command, nil
	}
	if len(data) > maxCommandSize || events.CountValues(data) > maxCommandValues {
		return command, events.Invalid("InvalidParameter", fmt.Sprintf(
			"%s: a command has at most %d bytes and %d values", op.name, maxCommandSize, maxCommandValues))
	}
	if err := events.CheckJSON(data); err != nil { // an event may carry its data encoded, where nobody looked yet
		return command, err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return command, events.Invalid("InvalidParameter", op.name+": the fields of a command are a JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !op.takes(name) {
			return command, events.Invalid("InvalidParameter", fmt.Sprintf(
				"%s has no field %q; it takes %s", op.name, events.Private(name), strings.Join(op.fields(), ", ")))
		}
	}
	fields["freeformTags"] = withoutNulls(fields["freeformTags"], 1)
	fields["definedTags"] = withoutNulls(fields["definedTags"], 2)
	encoded, err := events.Marshal(fields)
	if err != nil {
		return command, err
	}
	return command, fieldError(op, json.Unmarshal(encoded, &command))
}

// withoutNulls drops the members that are null, as many levels deep: a tag that is null is unset, not empty. What is
// no object stays as it is.
func withoutNulls(raw json.RawMessage, levels int) json.RawMessage {
	var members map[string]json.RawMessage
	if levels == 0 || json.Unmarshal(raw, &members) != nil || members == nil {
		return raw
	}
	for name, value := range members {
		if string(value) == "null" {
			delete(members, name)
		} else {
			members[name] = withoutNulls(value, levels-1)
		}
	}
	encoded, err := events.Marshal(members)
	if err != nil {
		return raw
	}
	return encoded
}

func fieldError(op *operation, err error) error {
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return events.Invalid("InvalidParameter", fmt.Sprintf("%s: %s: %s where %s is wanted",
			op.name, wrong.Field, wrong.Value, jsonKind(wrong.Type.Kind().String())))
	}
	return events.Invalid("InvalidParameter", op.name+": the fields of a command are a JSON object")
}

// jsonKind is the JSON word for a Go kind.
func jsonKind(kind string) string {
	word, ok := map[string]string{"string": "a string", "int": "a whole number", "bool": "true or false",
		"slice": "a list", "map": "an object"}[kind]
	if !ok {
		return kind
	}
	return word
}

// pick returns the JSON object of those of the command's set fields that are named.
func (c Command) pick(names ...string) (map[string]json.RawMessage, error) {
	encoded, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var set map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &set); err != nil {
		return nil, err
	}
	maps.DeleteFunc(set, func(name string, _ json.RawMessage) bool { return !slices.Contains(names, name) })
	return set, nil
}
