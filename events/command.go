package events

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
)

// directSource is the source of a command that names none and did not come by a topic.
const directSource = "/direct"

// Operations are the names of the operations that a command can ask for.
var Operations = []string{"create", "get", "list", "update", "cancel"}

// decodeCommand reads a bare command, {"operation": "create", …}: the same as an event of type {prefix}.create with
// the other members as its data. Its source and id are the topic and the message id if Notifications brought it, else
// "/direct" and the call id.
func decodeCommand(d Delivery, members map[string]json.RawMessage) (event.Event, error) {
	e := event.New(event.CloudEventsVersionV1)
	var operation string
	if json.Unmarshal(members["operation"], &operation) != nil || !slices.Contains(Operations, operation) {
		return e, Undecodable("command: operation is not one of " + strings.Join(Operations, ", "))
	}
	delete(members, "operation")
	data, err := json.Marshal(members)
	if err != nil {
		return e, err
	}
	source, id := d.origin()
	e.SetID(id)
	e.SetSource(source)
	e.SetType(d.Prefix + "." + operation)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = data
	return finish("command", e)
}

// origin is the source and id of a record that has none of its own.
func (d Delivery) origin() (source, id string) {
	source, id = cmp.Or(d.source, directSource), d.CallID
	if d.FromNotifications() {
		source, id = cmp.Or(d.Header.Get(topicHeader), source), d.Header.Get(messageHeader)
	}
	return source, id
}

// FromNotifications reports whether the Notifications service brought the delivery.
func (d Delivery) FromNotifications() bool { return d.Header.Get(messageHeader) != "" }

// The headers by which Notifications identifies a message
// (https://docs.oracle.com/iaas/Content/Notification/Concepts/notificationoverview.htm).
const (
	messageHeader = "X-OCI-NS-MessageId"
	topicHeader   = "X-OCI-NS-TopicOcid"
)
