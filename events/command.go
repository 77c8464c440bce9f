package events

import (
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/strict"
)

// Operations lists the names of the operations that a command can ask for.
var Operations = []string{"create", "get", "list", "update", "cancel", "poll"}

// decodeCommand decodes a command without an envelope, such as {"operation": "create", …}. It becomes an event of type
// {prefix}.create whose data is the other members.
func decodeCommand(prefix string, command object, fallback Identity) (decoded, error) {
	operation := string(strict.Unquoted(command[commandMember]))
	switch {
	case operation == "doctor":
		return decoded{}, Undecodable(`command: the doctor is asked by a direct call whose body is {"operation": "doctor"} and nothing else`)
	case !slices.Contains(Operations, operation):
		return decoded{}, Undecodable("command: operation is not one of " + strings.Join(Operations, ", "))
	}
	delete(command, commandMember)
	data, err := strict.Marshal(command)
	e := newEvent(prefix+"."+operation, fallback)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = data
	return finish("command", e, fallback, err)
}
