// Package emit makes the events that are published.
package emit

import (
	"cmp"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// DataSchema identifies the schema of an event's data: the $id of deploy/result.schema.json. The schema gets another one when it no longer
// takes the data of older events.
const DataSchema = "urn:uuid:71c56379-1c24-40da-a680-cb3c6daa3aea"

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
// maximum size there, in bytes. If it is too long, Emit cuts the original of a failed result, and tells any other result brief. A held
// result keeps its original; [Emitter.Holds] says whether it fits.
func (e Emitter) Emit(p Publication, most int) ([]byte, error) {
	switch {
	case p.IsFailure():
		return e.emitFailure(p, most)
	case p.Result.Outcome == events.Held:
		return e.emitHeld(p)
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

// emitHeld is Emit for a held result.
func (e Emitter) emitHeld(p Publication) ([]byte, error) {
	data := newReplayable(p)
	data.setEvent(p.Original)
	return e.encode(p.ID(), p, data)
}

// Holds reports whether the event of a held result fits in most bytes, as [Emitter.Emit] counts them.
func (e Emitter) Holds(p Publication, most int) bool {
	encoded, err := e.emitHeld(p)
	return err == nil && strict.QuotedLen(encoded) <= most
}

// emitFailure is Emit for a failed result.
func (e Emitter) emitFailure(p Publication, most int) ([]byte, error) {
	if p.Brief {
		short := p.brief()
		return e.encode(p.ID(), short, newReplayable(short).without())
	}
	data := newReplayable(p)
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

// typeOf returns the type of the publication's event.
func (e Emitter) typeOf(p Publication) string {
	kind := string(p.Result.Outcome)
	if p.Told {
		kind = events.Told + kind
	}
	return e.Prefix + "." + kind
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
	result.SetType(e.typeOf(p))
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
	result.SetDataSchema(DataSchema)
	result.DataEncoded = encoded
	if err := result.Validate(); err != nil {
		return nil, err
	}
	return result.MarshalJSON()
}
