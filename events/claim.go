package events

import (
	"fmt"
	"strings"

	"sender-invitations/events/strict"
)

// The content types of CloudEvents in JSON: one event in structured mode, and a batch.
const (
	structuredPrefix = "application/cloudevents"
	oneEventType     = structuredPrefix + "+json"
	batchPrefix      = structuredPrefix + "-batch"
	batchType        = batchPrefix + "+json"
)

// eventMembers identify an event, as opposed to a command.
var eventMembers = []string{ociEventMember, cloudEventMember}

// ClaimsCloudEvents reports whether the headers say that the delivery is of CloudEvents. Then the body is never taken for anything
// else: if a part was lost on the way, a command or the call of Resource Scheduler may be what is left.
func (d Delivery) ClaimsCloudEvents() bool { return d.isStructured() || d.hasAttributes() }

// isStructured reports whether the content type says that the body is an event in structured mode, or a batch of them.
func (d Delivery) isStructured() bool { return strings.HasPrefix(d.contentType(), structuredPrefix) }

func (d Delivery) isBatch() bool { return strings.HasPrefix(d.contentType(), batchPrefix) }

// structuredType returns the content type of a delivery in structured mode, without its parameters; "" for any other delivery.
func (d Delivery) structuredType() string {
	switch {
	case d.isBatch():
		return batchType
	case d.isStructured():
		return oneEventType
	}
	return ""
}

func (d Delivery) contentType() string {
	return strings.ToLower(strings.TrimSpace(d.Header.Get("Content-Type")))
}

// hasAttributes reports whether a header is an attribute of CloudEvents in binary mode.
func (d Delivery) hasAttributes() bool {
	for key := range d.Header {
		if strings.HasPrefix(strings.ToLower(key), attributePrefix) {
			return true
		}
	}
	return false
}

// claimFault returns an error if the body cannot be what the headers and the door say, apart from events in binary mode.
func (d Delivery) claimFault(body []byte) error {
	claim := d.structuredType()
	switch {
	case len(body) == 0 && d.isStructured():
		return Undecodable(fmt.Sprintf("the body is empty, but the content type %s says that it is an event; send the event", claim))
	case len(body) == 0 && !d.Direct && !d.FromNotifications():
		return Undecodable("the body is empty; send an event, a command or a list of them")
	case len(body) == 0 || !d.isStructured():
		return nil
	case body[0] == '{' && d.isBatch():
		return Undecodable(fmt.Sprintf("the body is an object, but the content type %s says that it is a list of events; send a list, or %s", claim, oneEventType))
	case body[0] == '[' && !d.isBatch():
		return Undecodable(fmt.Sprintf("the body is a list, but the content type %s says that it is one event; send the event, or %s", claim, batchType))
	}
	return nil
}

// formFault returns an error if the content type says that an object is an event, but the member that identifies its form says otherwise.
func (d Delivery) formFault(what, marker string) error {
	if !d.isStructured() || marker == ociEventMember || marker == cloudEventMember || marker == loggingMember {
		return nil
	}
	return Undecodable(fmt.Sprintf("%s has no member %s, but the content type %s says that it is an event; send the whole event",
		what, cloudEventMember, d.structuredType()))
}

// isEvent reports whether the body is an object that is marked as an event.
func isEvent(body []byte) bool {
	body = strict.Trim(body)
	return len(body) > 0 && body[0] == '{' && hasMarker(body, eventMembers)
}
