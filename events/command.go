package events

import (
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
)

// Operations are the names of the operations that a command can ask for.
var Operations = []string{"create", "get", "list", "update", "cancel"}

// decodeCommand reads a bare command, {"operation": "create", …}: the same as an event of type {prefix}.create with
// the other members as its data.
func decodeCommand(prefix string, command object, fallback identity) (event.Event, error) {
	operation := string(unquoted(command[commandMember]))
	if !slices.Contains(Operations, operation) {
		return event.Event{}, Undecodable("command: operation is not one of " + strings.Join(Operations, ", "))
	}
	delete(command, commandMember)
	data, err := Marshal(command)
	e := newEvent(prefix+"."+operation, fallback)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = data
	return finish("command", e, err)
}
