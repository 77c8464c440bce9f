package events

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
)

// Operations are the names of the operations that a command can ask for.
var Operations = []string{"create", "get", "list", "update", "cancel"}

// decodeCommand reads a bare command, {"operation": "create", …}: the same as an event of type {prefix}.create with
// the other members as its data.
func decodeCommand(prefix string, command object, own identity) (event.Event, error) {
	e := event.New(event.CloudEventsVersionV1)
	var operation string
	if json.Unmarshal(command[commandMember], &operation) != nil || !slices.Contains(Operations, operation) {
		return e, Undecodable("command: operation is not one of " + strings.Join(Operations, ", "))
	}
	delete(command, commandMember)
	data, err := json.Marshal(command)
	if err != nil {
		return e, err
	}
	e.SetID(own.id)
	e.SetSource(own.source)
	e.SetType(prefix + "." + operation)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = data
	return finish("command", e)
}
