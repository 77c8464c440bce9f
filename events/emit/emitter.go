// Package emit makes the events that are published.
package emit

import (
	"cmp"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// Emitter makes the events. Its fields are common to all of them.
type Emitter struct {
	// Prefix is the prefix of the event type: the type for the outcome created is Prefix + ".created".
	Prefix string
	// Source is the source of the events: the function's OCID, or a path.
	Source string
	// Now returns the current time, for the time attribute.
	Now func() time.Time
}

// Emit returns p as a CloudEvents 1.0 event in JSON. A PublishMessage request carries the event in a JSON string; most is its
// maximum size there, in bytes. If it is too long, Emit cuts the original of a failed result, and tells any other result brief.
func (e Emitter) Emit(p Publication, most int) ([]byte, error) {
	if p.Result.Outcome == events.Failed {
		return e.emitFailure(p, most)
	}
	if !p.Brief {
		encoded, err := e.encode(p.ID(), p, p.Result)
		if err != nil || strict.QuotedLen(encoded) <= most {
			return encoded, err
		}
	}
	short := p.brief()
	return e.encode(p.ID(), short, short.Result)
}

// emitFailure is Emit for a failed result.
func (e Emitter) emitFailure(p Publication, most int) ([]byte, error) {
	if p.Brief {
		short := p.brief()
		return e.encode(p.ID(), short, newFailure(short).without())
	}
	data := newFailure(p)
	if len(p.Original) <= most { // a longer original does not fit anyway
		data.setEvent(p.Original)
		encoded, err := e.encode(p.ID(), p, data)
		if err != nil || strict.QuotedLen(encoded) <= most {
			return encoded, err
		}
	}
	data.setEvent(nil)
	data.describe()
	encoded, err := e.encode(p.ID(), p, data)
	if err != nil {
		return nil, err
	}
	return e.encode(p.ID(), p, data.cut(most-strict.QuotedLen(encoded)))
}

// encode returns the event with the given id and data.
func (e Emitter) encode(id string, p Publication, data any) ([]byte, error) {
	encoded, err := strict.Marshal(data)
	if err != nil {
		return nil, err
	}
	result := event.New(event.CloudEventsVersionV1)
	result.SetID(id)
	result.SetSource(e.Source)
	result.SetType(e.Prefix + "." + string(p.Result.Outcome))
	result.SetTime(cmp.Or(p.Time, e.Now()).UTC())
	result.SetSubject(p.EventSubject())
	parent, hop := p.TraceParent, 0
	if trigger := p.Result.Trigger; trigger != nil {
		result.SetExtension("triggerid", trigger.ID)
		result.SetExtension("triggersource", trigger.Source)
		parent, hop = cmp.Or(trigger.TraceParent, parent), trigger.Hop
	}
	result.SetExtension(events.HopAttribute, hop+1)
	if parent != "" {
		result.SetExtension("traceparent", parent)
	}
	result.SetDataContentType(event.ApplicationJSON)
	result.DataEncoded = encoded
	if err := result.Validate(); err != nil {
		return nil, err
	}
	return result.MarshalJSON()
}
