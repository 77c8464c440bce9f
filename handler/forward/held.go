package forward

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/names"
)

// Held returns the bare command that asks for the same as the create request, for its approval. asked is the command without the operation.
// The error names what cannot be held.
func Held(request invitations.Request) (original, asked json.RawMessage, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(request.Body, &fields); err != nil {
		return nil, nil, err
	}
	if err := checkMembers(fields); err != nil {
		return nil, nil, err
	}
	token := request.Header.Get("opc-retry-token")
	if len(token) > command.MaxRetryToken {
		token = events.Hash(token)
	}
	fields["opcRetryToken"] = strict.Quote(token)
	encoded, err := strict.Marshal(fields)
	if err != nil {
		return nil, nil, err
	}
	c, err := command.Parse(command.Create, encoded)
	if err == nil {
		err = c.Check()
	}
	if err != nil {
		return nil, nil, events.AsError(err).Within("MODE=hold")
	}
	if asked, err = invitations.NewOrder(c, nil).Asked(); err != nil {
		return nil, nil, err
	}
	fields["operation"] = strict.Quote(command.Create.Name)
	original, err = strict.Marshal(fields)
	return original, asked, err
}

// checkMembers refuses members that the API's details of a create do not have. Some mean something in a command, but nothing to the API.
func checkMembers(details map[string]json.RawMessage) error {
	known := append([]string{compartmentID}, command.Create.Body...)
	for _, name := range slices.Sorted(maps.Keys(details)) {
		if !slices.Contains(known, name) {
			return events.Invalid("InvalidParameter", "MODE=hold: the body has the member "+names.Shown(name)+", which this function cannot hold; it holds "+strings.Join(known, ", "))
		}
	}
	return nil
}
