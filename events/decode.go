// Package events is the vocabulary of the function.
//
// What comes in: [Decode] turns a delivery of any form into CloudEvents 1.0 events, so that nothing behind it knows
// which form it was. What goes out: a [Result] tells what came of one event or one HTTP request, and an [Emitter]
// turns it into the CloudEvents 1.0 event that is published. The package knows no OCI client.
package events

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
)

// MaxBody is the most bytes of a body that are read: 6 MB, the platform's own limit of a request
// (https://docs.oracle.com/iaas/Content/Functions/Tasks/functionslimits.htm).
const MaxBody = 6 << 20

// Delivery is what one invocation brings.
type Delivery struct {
	// Body is the body as it came. Records and events keep parts of it.
	Body []byte
	// Header holds the headers as the caller sent them. Read of it is only what identifies a Notifications message, and
	// the ce-* headers of CloudEvents in binary mode.
	Header http.Header
	// CallID is the platform's id of the invocation: the id of an event that has none of its own.
	CallID string
	// Prefix is the prefix of this function's own event types (EVENT_TYPE_PREFIX).
	Prefix string

	source string // of an event that has none of its own; "" is the usual one
}

// Record is one event of a delivery, or the reason why there is none.
type Record struct {
	// Event is a valid CloudEvents 1.0 event if Err is nil.
	Event event.Event
	// Body is this record as it came: the whole body or an element of a list. An event in binary mode, which is not in
	// the body alone, is in structured mode here.
	Body []byte
	// Listed tells that the record is an element of a list, and so one of a batch.
	Listed bool
	// Err says why Body is not an event.
	Err *Error
}

// Decode takes a delivery apart into its records, in the order received; an empty list has none. The form is told by
// the body's shape, never by a header that a source may leave out:
//
//   - an OCI Events envelope (cloudEventsVersion 0.1);
//   - CloudEvents 1.0 or 0.3, structured, or in binary mode (by the header ce-specversion);
//   - a command, a JSON object with operation;
//   - a list of those, or of what Connector Hub takes from Streaming, Queue, Logging and Monitoring;
//   - nothing at all, which is what Resource Scheduler sends;
//   - whatever else Notifications brings, as a message.
//
// Whatever cannot be decoded is a record with Err: CannotParseRequest, or 413 past [MaxBody] or [MaxRecords]. Of a
// list, each record is decoded or refused by itself.
func Decode(d Delivery) []Record {
	if len(d.Body) > MaxBody {
		return []Record{{Body: d.Body, Err: TooLarge()}}
	}
	if d.isBinary() {
		return []Record{d.decodeBinary()}
	}
	if body := trim(d.Body); d.isList(body) {
		return d.decodeList(body)
	}
	record := Record{Body: d.Body}
	record.set(d.decodeBody())
	return []Record{record}
}

func (r *Record) set(decoded event.Event, err error) {
	r.Event, r.Err = decoded, AsError(err)
}

// decodeBody decodes a body that is one event.
func (d Delivery) decodeBody() (event.Event, error) {
	body := trim(d.Body)
	switch {
	case d.FromNotifications() && !hasMarker(body, deliveryMembers):
		return d.decodeMessage(body)
	case len(body) == 0:
		return d.decodeInvocation()
	}
	return d.decodeObject("the body", body, d.origin())
}

// trim removes the white space around a JSON value.
func trim(value []byte) []byte {
	if length := len(value); length > 0 && value[0] > ' ' && value[length-1] > ' ' { // faster
		return value
	}
	return bytes.Trim(value, whiteSpace)
}

// identity is a source and an id. An event that has none of its own falls back on one.
type identity struct{ source, id string }

// directSource is the source of an event that names none and did not come by a topic.
const directSource = "/direct"

// origin is the identity by what brought the delivery: the topic and the message, else the call.
func (d Delivery) origin() identity {
	source := cmp.Or(d.source, directSource)
	if d.FromNotifications() {
		return identity{cmp.Or(d.Header.Get(topicHeader), source), d.Header.Get(messageHeader)}
	}
	return identity{source, d.CallID}
}

// maxText is the most bytes of one CloudEvents attribute, and of an error's message in a failed event: result events
// repeat them and must fit a message.
const maxText = 2048

// maxQuoted is what maxText bytes can take in JSON, where each may be an escape of six.
const maxQuoted = 6*maxText + len(`""`)

var tooLong = fmt.Sprintf("is longer than %d bytes", maxText)

// finish is the last step of every form: the event, which satisfies the CloudEvents 1.0 specification, or what is wrong
// with it.
func finish(form string, e event.Event, err error) (event.Event, error) {
	if err == nil {
		err = checkAttributes(e)
	}
	if err != nil {
		return event.Event{}, Undecodable(form + ": " + attributeFaults(err))
	}
	return e, nil
}

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
		case !utf8.ValidString(text): // of a header: the body was seen to be
			return Undecodable(shorten(name) + " is not UTF-8")
		case len(text) > maxText:
			return Undecodable(shorten(name) + " " + tooLong)
		case strings.ContainsFunc(text, unicode.IsControl): // CloudEvents 1.0.2, section 3.1.2
			return Undecodable(shorten(name) + " has a control character")
		}
	}
	return nil
}
