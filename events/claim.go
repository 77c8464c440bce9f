package events

import (
	"fmt"

	"sender-invitations/events/attribute"
	"sender-invitations/events/strict"
)

// eventMembers identify an event, as opposed to a command.
var eventMembers = []string{ociEventMember, cloudEventMember}

// ClaimsCloudEvents reports whether the headers say that the delivery is of CloudEvents. Then the body is never taken for anything
// else: if a part was lost on the way, a command or the call of Resource Scheduler may be what is left.
func (d Delivery) ClaimsCloudEvents() bool {
	return attribute.StructuredType(d.Header) != "" || attribute.InHeaders(d.Header)
}

// claimFault returns an error if the body cannot be what the headers and the door say, apart from events in binary mode.
func (d Delivery) claimFault(body []byte) error {
	switch claim := d.claim; {
	case len(body) == 0 && claim != "":
		return Undecodable(fmt.Sprintf("the body is empty, but the content type %s says that it holds CloudEvents; send them", claim))
	case len(body) == 0 && !d.Direct && !d.FromNotifications():
		return Undecodable("the body is empty; send an event, a command or a list of them")
	case len(body) == 0:
		return nil
	case body[0] == '{' && claim == attribute.BatchType:
		return Undecodable(fmt.Sprintf("the body is an object, but the content type %s says that it is a list of events; send a list, or %s", claim, attribute.EventType))
	case body[0] == '[' && claim == attribute.EventType:
		return Undecodable(fmt.Sprintf("the body is a list, but the content type %s says that it is one event; send the event, or %s", claim, attribute.BatchType))
	}
	return nil
}

// formFault returns an error if the content type says that an object is an event, but the member that identifies its form says otherwise.
func (d Delivery) formFault(what, marker string) error {
	if d.claim == "" || marker == ociEventMember || marker == cloudEventMember || marker == loggingMember {
		return nil
	}
	return Undecodable(fmt.Sprintf("%s has no member %s, but the content type %s says that it is an event; send the whole event",
		what, cloudEventMember, d.claim))
}

// isEvent reports whether the body is an object that is marked as an event.
func isEvent(body []byte) bool {
	body = strict.Trim(body)
	return len(body) > 0 && body[0] == '{' && hasMarker(body, eventMembers)
}
