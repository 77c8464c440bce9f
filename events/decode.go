// Package events defines what the function receives and what it publishes.
//
// [Decode] turns a delivery of any form into CloudEvents 1.0 events, so that the other packages need not know the forms.
// A [Result] describes the outcome of one event or one HTTP request. An [Emitter] turns it into the CloudEvents 1.0 event
// that is published. The package does not call OCI.
package events

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

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

	source string // the source of an event that has none; "" means directSource
}

// Record is one element of a delivery: an event, or the reason why it is not one.
type Record struct {
	// Event is a valid CloudEvents 1.0 event if Err is nil.
	Event event.Event
	// Body is the record as received: the whole body or an element of a list. For an event in binary mode, whose
	// attributes are in headers, Body is the event in structured mode.
	Body []byte
	// Listed says that the record is an element of a list.
	Listed bool
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
//   - an empty body, which Resource Scheduler sends;
//   - anything else from Notifications, which is decoded as a message.
//
// A record that cannot be decoded has Err set: CannotParseRequest, or 413 beyond [MaxBody] or [MaxRecords]. Each record of
// a list is decoded or refused on its own.
func Decode(d Delivery) []Record {
	if len(d.Body) > MaxBody {
		return []Record{{Body: d.Body, Err: TooLarge()}}
	}
	if d.isBinary() {
		return []Record{d.decodeBinary()}
	}
	if body := strict.Trim(d.Body); d.isList(body) {
		return d.decodeList(body)
	}
	record := Record{Body: d.Body}
	record.set(d.decodeBody())
	return []Record{record}
}

// set sets the event or the error.
func (r *Record) set(decoded event.Event, err error) {
	r.Event, r.Err = decoded, AsError(err)
}

// decodeBody decodes a body that is not a list.
func (d Delivery) decodeBody() (event.Event, error) {
	body := strict.Trim(d.Body)
	switch {
	case d.FromNotifications() && !hasMarker(body, deliveryMembers):
		return d.decodeMessage(body)
	case len(body) == 0:
		return d.decodeInvocation()
	}
	return d.decodeObject("the body", body, d.origin())
}

// identity is the source and the id that an event gets if it has none of its own.
type identity struct{ source, id string }

// directSource is the source of an event that has none and was not delivered by a topic.
const directSource = "/direct"

// origin returns the identity of the delivery: the topic and the message id for Notifications, else the call id.
func (d Delivery) origin() identity {
	source := cmp.Or(d.source, directSource)
	if d.FromNotifications() {
		return identity{cmp.Or(d.Header.Get(topicHeader), source), d.Header.Get(messageHeader)}
	}
	return identity{source, d.CallID}
}

// maxText is the maximum size in bytes of an attribute, and of an error's message in a failed event. Published events repeat
// both and must fit in a message.
const maxText = 2048

// maxQuoted is the maximum size of maxText bytes in JSON, where each byte can be an escape of six bytes.
const maxQuoted = 6*maxText + len(`""`)

var tooLong = fmt.Sprintf("is longer than %d bytes", maxText)

// finish is the last step of decoding, whatever the form. It returns the event if it conforms to CloudEvents 1.0, else an
// error that names the form.
func finish(form string, e event.Event, err error) (event.Event, error) {
	if err == nil {
		err = checkAttributes(e)
	}
	if err != nil {
		return event.Event{}, Undecodable(form + ": " + attributeFaults(err))
	}
	return e, nil
}

// checkAttributes checks the event against the CloudEvents 1.0 specification and the limit maxText.
func checkAttributes(e event.Event) error {
	if err := e.Validate(); err != nil {
		return err
	}
	attributes := map[string]any{"id": e.ID(), "source": e.Source(), "type": e.Type(), "subject": e.Subject(),
		"datacontenttype": e.DataContentType(), "dataschema": e.DataSchema()}
	maps.Copy(attributes, e.Extensions())
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		text, _ := attributes[name].(string)
		switch {
		case !utf8.ValidString(text): // can come from a header; the body has been checked
			return Undecodable(private.Shorten(name) + " is not UTF-8")
		case len(text) > maxText:
			return Undecodable(private.Shorten(name) + " " + tooLong)
		case strings.ContainsFunc(text, unicode.IsControl): // CloudEvents 1.0.2, section 3.1.2
			return Undecodable(private.Shorten(name) + " has a control character")
		}
	}
	return nil
}
