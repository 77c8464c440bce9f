package events

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
)

// The types of the events that are made of what is no event itself.
const (
	messageType    = "com.oraclecloud.notifications.message"
	invocationType = "com.oraclecloud.resourcescheduler.invocation"
	metricType     = "com.oraclecloud.monitoring.metric"
)

// The headers by which Notifications identifies a message
// (https://docs.oracle.com/iaas/Content/Notification/Concepts/notificationoverview.htm).
const (
	messageHeader = "X-OCI-NS-MessageId"
	topicHeader   = "X-OCI-NS-TopicOcid"
)

// FromNotifications reports whether the Notifications service brought the delivery.
func (d Delivery) FromNotifications() bool { return d.Header.Get(messageHeader) != "" }

// decodeMessage makes the event that a message of Notifications is, an alarm for example, if its body is no delivery itself.
// Its data is the body: JSON if it is an object or a list, else text.
func (d Delivery) decodeMessage(body []byte) (event.Event, error) {
	e := newEvent(messageType, d.origin())
	if !utf8.Valid(d.Body) {
		return e, Undecodable("the message is not UTF-8")
	}
	e.SetDataContentType(event.TextPlain)
	e.DataEncoded = d.Body
	if len(body) > 0 && (body[0] == '{' || body[0] == '[') && json.Valid(body) {
		if err := checkJSON("the message", body, 1); err != nil {
			return e, err
		}
		e.SetDataContentType(event.ApplicationJSON)
		e.DataEncoded = body
	}
	return finish("message", e, nil)
}

// decodeInvocation makes the event that an empty body is: Resource Scheduler sends one where a schedule has no payload.
func (d Delivery) decodeInvocation() (event.Event, error) {
	return finish("invocation", newEvent(invocationType, d.origin()), nil)
}

// newEvent is an event of a form that has no identity of its own.
func newEvent(kind string, fallback identity) event.Event {
	e := event.New(event.CloudEventsVersionV1)
	e.SetID(fallback.id)
	e.SetSource(fallback.source)
	e.SetType(kind)
	return e
}
