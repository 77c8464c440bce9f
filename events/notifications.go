package events

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
)

// The types of events made from deliveries and records that are not events themselves.
const (
	messageType    = "com.oraclecloud.notifications.message"
	invocationType = "com.oraclecloud.resourcescheduler.invocation"
	metricType     = "com.oraclecloud.monitoring.metric"
)

// The headers in which Notifications identifies a message and its topic
// (https://docs.oracle.com/iaas/Content/Notification/Concepts/notificationoverview.htm).
const (
	messageHeader = "X-OCI-NS-MessageId"
	topicHeader   = "X-OCI-NS-TopicOcid"
)

// FromNotifications reports whether the Notifications service brought the delivery.
func (d Delivery) FromNotifications() bool { return d.Header.Get(messageHeader) != "" }

// decodeMessage turns a message of Notifications, such as an alarm, into an event. The data is the body: JSON if the body is
// an object or a list, else text.
func (d Delivery) decodeMessage(body []byte) (decoded, error) {
	e := newEvent(messageType, d.origin())
	if !utf8.Valid(d.Body) {
		return decoded{}, Undecodable("the message is not UTF-8")
	}
	e.SetDataContentType(event.TextPlain)
	e.DataEncoded = d.Body
	if len(body) > 0 && (body[0] == '{' || body[0] == '[') && json.Valid(body) {
		if err := checkJSON("the message", body, 1); err != nil {
			return decoded{}, err
		}
		e.SetDataContentType(event.ApplicationJSON)
		e.DataEncoded = body
	}
	return finish("message", e, d.origin(), nil)
}

// decodeInvocation turns an empty body into an event. Resource Scheduler sends one if a schedule has no payload.
func (d Delivery) decodeInvocation() (decoded, error) {
	return finish("invocation", newEvent(invocationType, d.origin()), d.origin(), nil)
}

// newEvent returns an event with the given type and identity.
func newEvent(kind string, fallback Identity) event.Event {
	e := event.New(event.CloudEventsVersionV1)
	e.SetID(fallback.ID)
	e.SetSource(attribute.Reference(fallback.Source))
	e.SetType(kind)
	return e
}
