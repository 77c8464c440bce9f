// Package command holds what the function can be asked for: the table of operations, the command, and its checks. It does not call OCI.
package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
	"sender-invitations/handler/names"
)

// Command asks for one operation. Its fields have the names and types of the Organizations API
// (https://docs.oracle.com/iaas/api/#/en/organizations/20230401/SenderInvitation/). The table of operations says which of them an
// operation takes.
type Command struct {
	Operation *Operation `json:"-"`

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

	// Retry is "none" if each call is made once, whatever its answer.
	Retry string `json:"retry,omitempty"`

	// ReplaceTags makes an update replace the tags instead of merging them.
	ReplaceTags bool `json:"replaceTags,omitempty"`

	// Wait makes a create or cancel wait for the end of its work request.
	Wait bool `json:"wait,omitempty"`

	// Hold makes a write wait for approval.
	Hold bool `json:"hold,omitempty"`

	// Previous is the id of the expired invitation that a create replaces.
	Previous string `json:"previous,omitempty"`

	// Within is a duration of ISO 8601. A poll leaves out what ended longer ago.
	Within string `json:"within,omitempty"`
}

// MaxSize and MaxValues are the maximum numbers of bytes and of JSON values in a command. They bound the time and memory of parsing.
const (
	MaxSize   = 256 << 10
	MaxValues = 10_000
)

// Parse reads the fields of a command of the operation from a JSON object. Empty data counts as an object without members, and a field
// that is null as unset. A field that the operation does not take is an error, whatever its value. The error is an [*events.Error].
func Parse(op *Operation, data []byte) (Command, error) {
	command := Command{Operation: op}
	if len(data) == 0 {
		return command, nil
	}
	if len(data) > MaxSize || strict.CountValues(data) > MaxValues {
		return command, events.Invalid("InvalidParameter", fmt.Sprintf(
			"%s: a command has at most %d bytes and %d values", op.Name, MaxSize, MaxValues))
	}
	if err := events.CheckJSON(data); err != nil { // data_base64 has not been checked before
		return command, err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return command, events.Invalid("InvalidParameter", op.Name+": the fields of a command are a JSON object")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !op.Takes(name) {
			return command, events.Invalid("InvalidParameter", fmt.Sprintf(
				"%s has no field %q%s; it takes %s", op.Name, private.Text(name), names.Meant(op.Fields(), name), strings.Join(op.Fields(), ", ")))
		}
	}
	fields["freeformTags"] = withoutNulls(fields["freeformTags"], 1)
	fields["definedTags"] = withoutNulls(fields["definedTags"], 2)
	encoded, err := strict.Marshal(fields)
	if err != nil {
		return command, err
	}
	if err := json.Unmarshal(encoded, &command); err != nil {
		return command, fieldError(op, fields, err)
	}
	return command, nil
}

// withoutNulls removes the members that are null, down to the number of levels: a tag that is null is unset, not empty. A value that is
// not an object stays as it is.
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
	encoded, err := strict.Marshal(members)
	if err != nil {
		return raw
	}
	return encoded
}

// fieldError returns the error of decoding the fields, with the name of the field and its type.
func fieldError(op *Operation, fields map[string]json.RawMessage, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		fault := tagFault(wrong.Field, fields[wrong.Field])
		if fault == "" {
			fault = fmt.Sprintf("must be %s, not %s", jsonKind(wrong.Type.Kind().String()), jsonKind(wrong.Value))
		}
		field, _, _ := strings.Cut(wrong.Field, ".")
		return events.Invalid("InvalidParameter", fmt.Sprintf("%s: %s: %s", op.Name, wrong.Field, fault)).About(field)
	}
	return events.Invalid("InvalidParameter", op.Name+": the fields of a command are a JSON object")
}

// jsonKind returns the JSON word for a Go kind, or for a value as encoding/json names it.
func jsonKind(kind string) string {
	word, ok := map[string]string{"string": "a string", "number": "a number", "int": "a whole number", "bool": "true or false",
		"slice": "a list", "array": "a list", "map": "an object", "object": "an object"}[kind]
	if !ok {
		return kind
	}
	return word
}

// Once reports whether each call of the command is made once, whatever its answer.
func (c Command) Once() bool { return c.Retry == "none" }

// Pick returns the named fields that are set, as the members of a JSON object.
func (c Command) Pick(names ...string) (map[string]json.RawMessage, error) {
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
