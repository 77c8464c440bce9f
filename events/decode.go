// Package events defines what the function receives and what it publishes.
//
// [Decode] turns a delivery of any form into CloudEvents 1.0 events, so that the other packages need not know the forms.
// A [Result] describes the outcome of one event or one HTTP request. An [Emitter] turns it into the CloudEvents 1.0 event
// that is published. The package does not call OCI.
package events

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// MaxBody is the maximum size of a body in bytes: 6 MB, the platform's own limit for a request
// (https://docs.oracle.com/iaas/Content/Functions/Tasks/functionslimits.htm).
const MaxBody = 6 << 20

// Delivery is what one invocation brings.
type Delivery struct {
	// Body is the body as received. Records and events refer to parts of it.
	Body []byte
	// Header holds the headers that the caller sent. [Decode] reads the headers that identify a Notifications message,
	// and the content type and ce-* headers of CloudEvents in binary mode.
	Header http.Header
	// CallID is the platform's id of the invocation. It becomes the id of an event that has none.
	CallID string
	// Prefix is the prefix of the function's own event types (EVENT_TYPE_PREFIX).
	Prefix string
	// Direct says that the delivery came by a direct call. Only there an empty body is the call of Resource Scheduler.
	Direct bool

	source string // the source of an event that has none; "" means directSource
	claim  string // the content type of CloudEvents; "" if it is another. It is read once, for it can be long and the records many
}

// Record is one element of a delivery: an event, or the reason why it is not one.
type Record struct {
	// Event is a valid CloudEvents 1.0 event if Err is nil.
	Event event.Event
	// Sent is the event's identity as it was sent.
	Sent Identity
	// Body is the record as received: the whole body or an element of a list. For an event in binary mode, whose
	// attributes are in headers, Body is the event in structured mode.
	Body []byte
	// Listed says that the record is an element of a list.
	Listed bool
	// Records is the number of records that Body holds, if it is the rest of a list.
	Records int
	// ContentType is the content type of CloudEvents that the delivery had in structured mode; "" if it had none, or if Err is nil.
	ContentType string
	// Tried says that the record is the original of a failed event, and that it was decoded before it failed.
	Tried bool
	// Err says why Body is not an event.
	Err *Error
}

// Decode returns the records of a delivery in the order received; an empty list has none. It recognizes the form
// by the body, and relies on no header that a source may leave out. The forms are:
//
//   - an OCI Events envelope (cloudEventsVersion 0.1);
//   - CloudEvents 1.0 or 0.3, structured, or in binary mode (by the header ce-specversion);
//   - a command, which is a JSON object with the member operation;
//   - a list of these, or of the records that Connector Hub reads from Streaming, Queue, Logging and Monitoring;
//   - an empty body in a direct call, which Resource Scheduler sends;
//   - anything else from Notifications, which is decoded as a message.
//
// Headers can only narrow this down: what they call CloudEvents is never taken for anything else.
//
// A record that cannot be decoded has Err set: CannotParseRequest, or 413 beyond [MaxBody] or [MaxRecords]. Each record of
// a list is decoded or refused on its own.
func Decode(d Delivery) []Record {
	if len(d.Body) > MaxBody {
		return []Record{{Body: d.Body, Err: TooLarge()}}
	}
	d.claim = attribute.StructuredType(d.Header)
	if d.isBinary() {
		return []Record{d.decodeBinary()}
	}
	records := d.decodeRecords()
	for index := range records {
		if records[index].Err != nil {
			records[index].ContentType = d.claim
		}
	}
	return records
}

// decodeRecords decodes a delivery that is not in binary mode.
func (d Delivery) decodeRecords() []Record {
	body := strict.Trim(d.Body)
	if err := d.claimFault(body); err != nil {
		return []Record{{Body: d.Body, Err: AsError(err)}}
	}
	if d.isList(body) {
		return d.decodeList(body)
	}
	record := Record{Body: d.Body}
	record.set(d.decodeBody())
	return []Record{record}
}

// set sets the event or the error.
func (r *Record) set(d decoded, err error) {
	r.Event, r.Sent, r.Err = d.event, d.sent, AsError(err)
}

// decodeBody decodes a body that is not a list.
func (d Delivery) decodeBody() (decoded, error) {
	body := strict.Trim(d.Body)
	switch {
	case d.FromNotifications() && d.claim == "" && !d.isMarked(body):
		return d.decodeMessage(body)
	case len(body) == 0:
		return d.decodeInvocation()
	}
	return d.decodeObject("the body", body, d.origin())
}

// directSource is the source of an event that has none and was not delivered by a topic.
const directSource = "/direct"

// isMarked reports whether a body from Notifications looks like an event, a command or a list of them. With a byte order mark before it, it
// is an error, but no message either.
func (d Delivery) isMarked(body []byte) bool {
	bare, marked := bytes.CutPrefix(body, []byte("\ufeff"))
	return hasMarker(bare, deliveryMembers) || marked && d.isList(bare)
}

// origin returns the identity that an event gets if it has none of its own: the topic and the message id for Notifications, else the call id.
func (d Delivery) origin() Identity {
	source := cmp.Or(d.source, directSource)
	if d.FromNotifications() {
		return Identity{cmp.Or(d.Header.Get(topicHeader), source), d.Header.Get(messageHeader)}
	}
	return Identity{source, d.CallID}
}

// finish is the last step of decoding, whatever the form. It returns the event and the identity that was sent if the event conforms to
// CloudEvents 1.0, else an error that names the form.
func finish(form string, e event.Event, sent Identity, err error) (decoded, error) {
	if err == nil {
		err = checkAttributes(e)
	}
	if err == nil {
		err = sent.check()
	}
	if err == nil {
		_, err = hopOf(e)
	}
	if err != nil {
		return decoded{}, Undecodable(form + ": " + attributeFaults(err))
	}
	return decoded{e, sent}, nil
}

// checkAttributes checks the event against the CloudEvents 1.0 specification and the limit attribute.MaxText.
func checkAttributes(e event.Event) error {
	if err := e.Validate(); err != nil {
		return err
	}
	attributes := map[string]any{"id": e.ID(), "source": e.Source(), "type": e.Type(), "subject": e.Subject(),
		"datacontenttype": e.DataContentType(), "dataschema": e.DataSchema()}
	maps.Copy(attributes, extensionsOf(e))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		text, _ := attributes[name].(string)
		fault := attribute.LimitFault(text)
		if !utf8.ValidString(text) { // can come from a header; the body has been checked
			fault = "is not UTF-8"
		}
		if fault != "" {
			return Undecodable(private.Shorten(name) + " " + fault)
		}
	}
	return nil
}
