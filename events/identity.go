package events

import (
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
	"sender-invitations/events/strict"
)

// Identity is the source and the id of an event as they were sent, byte by byte; keys are made of it. The event itself has the source
// in the normal form of a URI, which is the same for x y and for x%20y. Half of a surrogate pair, which is no character, is kept as
// [strict.Exact] does; the event has U+FFFD in its place.
type Identity struct{ Source, ID string }

// decoded is an event with the identity that was sent.
type decoded struct {
	event event.Event
	sent  Identity
}

// exact returns a string member as it was sent; "" if it is missing or not a string.
func (o object) exact(name string) string { return string(strict.Exact(o[name])) }

// check checks the identity against the limits for attributes.
func (i Identity) check() error {
	for _, one := range []struct{ name, text string }{{"id", i.ID}, {"source", i.Source}} {
		if fault := attribute.LimitFault(one.text); fault != "" {
			return Undecodable(one.name + " " + fault)
		}
	}
	return nil
}

// Trigger returns the record's event as the trigger of a result. Its source and id are those that were sent, unless they are no text.
func (r Record) Trigger() *Trigger {
	hop, _ := hopOf(r.Event) // has been checked
	parent, _ := extensionsOf(r.Event)["traceparent"].(string)
	return &Trigger{ID: textOr(r.Sent.ID, r.Event.ID()), Source: textOr(r.Sent.Source, r.Event.Source()), Type: r.Event.Type(),
		TraceParent: parent, Hop: hop, sent: r.Sent}
}

// textOr returns the text, or the other if the text is not UTF-8.
func textOr(text, other string) string {
	if utf8.ValidString(text) {
		return text
	}
	return other
}

// Identity returns what a key is made of: the source and the id as they were sent.
func (t Trigger) Identity() Identity {
	if t.sent == (Identity{}) {
		return Identity{t.Source, t.ID}
	}
	return t.sent
}

// extensionsOf returns the extension attributes of an event of CloudEvents 1.0, which must not be changed. The SDK would copy them.
func extensionsOf(e event.Event) map[string]any {
	if context, ok := e.Context.(*event.EventContextV1); ok {
		return context.Extensions
	}
	return nil
}
