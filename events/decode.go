// Package events is the vocabulary of the function.
//
// What comes in: [Decode] turns a delivery of any form into CloudEvents 1.0 events, so that nothing behind it knows
// which form it was. What goes out: a [Result] tells what came of one event or one HTTP request, and an [Emitter]
// turns it into the CloudEvents 1.0 event that is published. The package knows no OCI client.
package events

import (
	"bytes"
	"cmp"
	"encoding/json"
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
		return []Record{d.binary()}
	}
	if body := trim(d.Body); d.isList(body) {
		return d.list(body)
	}
	record := Record{Body: d.Body}
	record.set(d.body())
	return []Record{record}
}

func (r *Record) set(decoded event.Event, err error) {
	r.Event, r.Err = decoded, AsError(err)
}

// body decodes a body that is one event.
func (d Delivery) body() (event.Event, error) {
	body := trim(d.Body)
	switch {
	case d.FromNotifications() && !slices.Contains(deliveryMembers, markerOf(body)):
		return d.message(body)
	case len(body) == 0:
		return d.invocation()
	}
	return d.object("the body", body, d.origin())
}

// trim takes away the white space that may stand around a JSON value.
func trim(body []byte) []byte { return bytes.Trim(body, whiteSpace) }

// identity is the source and id of an event that has none of its own.
type identity struct{ source, id string }

// directSource is the source of an event that names none and did not come by a topic.
const directSource = "/direct"

// origin is the identity by what brought the delivery: the topic and the message, else the call.
func (d Delivery) origin() identity {
	own := identity{cmp.Or(d.source, directSource), d.CallID}
	if d.FromNotifications() {
		own = identity{cmp.Or(d.Header.Get(topicHeader), own.source), d.Header.Get(messageHeader)}
	}
	return own
}

// The members that tell the form of an object which may stand anywhere: alone, in a list or in a record's value.
const (
	ociEventMember   = "cloudEventsVersion"
	cloudEventMember = "specversion"
	commandMember    = "operation"
)

var (
	deliveryMembers = []string{ociEventMember, cloudEventMember, commandMember}
	markers         = append(slices.Clone(deliveryMembers), streamMember, metricMember)
)

// markerOf is the member that tells the form of an object; "" if it is of no known form. What is not JSON but speaks of
// such a member was meant to be one: an event that broke off must not pass for something else.
func markerOf(body []byte) string {
	found := len(markers)
	switch {
	case len(body) == 0 || body[0] != '{' && body[0] != '[':
	case !json.Valid(body):
		if index := slices.IndexFunc(deliveryMembers, func(name string) bool { return bytes.Contains(body, []byte(`"`+name+`"`)) }); index >= 0 {
			found = index
		}
	case body[0] == '{':
		for name := range members(body) {
			if index := slices.Index(markers, string(name)); index >= 0 {
				found = min(found, index)
			}
		}
	}
	if found == len(markers) {
		return ""
	}
	return markers[found]
}

// object decodes an object that may stand anywhere. In errors it is called what.
func (d Delivery) object(what string, body []byte, own identity) (event.Event, error) {
	found, err := collect(what, body, 0)
	if err != nil {
		return event.Event{}, err
	}
	return d.objectOf(what, found, own)
}

func (d Delivery) objectOf(what string, found object, own identity) (event.Event, error) {
	switch {
	case found[ociEventMember] != nil:
		return decodeOCIEvent(found)
	case found[cloudEventMember] != nil:
		return decodeCloudEvent(found)
	case found[commandMember] != nil:
		return decodeCommand(d.Prefix, found, own)
	case found[streamMember] != nil || found[metricMember] != nil:
		return event.Event{}, Undecodable(what + " is a record of Connector Hub; such a record stands in a list, and the list alone in the body")
	}
	return event.Event{}, Undecodable(fmt.Sprintf("%s has none of %s; %s", what, strings.Join(deliveryMembers, ", "), formsTaken))
}

const formsTaken = "taken are an OCI Events envelope, a CloudEvents event, a command and a list of those"

// object is a JSON object, taken apart.
type object map[string]json.RawMessage

// maxMembers is the most members of an event or a command: more than any has, and few enough to take apart.
const maxMembers = 256

// collect takes an object apart that stands so many levels deep in a body.
func collect(what string, body []byte, level int) (object, error) {
	if err := checkJSON(what, body, level); err != nil {
		return nil, err
	}
	return takeApart(what, body)
}

// takeApart is collect for what was seen to be JSON.
func takeApart(what string, body []byte) (object, error) {
	if body[0] != '{' {
		return nil, Undecodable(fmt.Sprintf("%s is %s, not an object", what, kindOf(body)))
	}
	found := object{}
	for name, value := range members(body) {
		if found[string(name)] = value; len(found) > maxMembers {
			return nil, Undecodable(fmt.Sprintf("%s has more than %d members", what, maxMembers))
		}
	}
	return found, nil
}

func isDelivery(found object) bool {
	return slices.ContainsFunc(deliveryMembers, func(name string) bool { return found[name] != nil })
}

// kindOf is the JSON word for a value.
func kindOf(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	}
	return "a number"
}

// maxText is the most bytes of one CloudEvents attribute, and of an error's message in a failed event: result events
// repeat them and must fit a message.
const maxText = 2048

// finish is the last step of every form: the event satisfies the CloudEvents 1.0 specification, or the error says
// which attribute does not.
func finish(form string, e event.Event) (event.Event, error) {
	if err := e.Validate(); err != nil {
		return event.Event{}, Undecodable(form + ": " + attributeFaults(err))
	}
	attributes := map[string]any{"id": e.ID(), "source": e.Source(), "type": e.Type(), "subject": e.Subject()}
	maps.Copy(attributes, e.Extensions())
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		text, _ := attributes[name].(string)
		switch {
		case !utf8.ValidString(text): // of a header: the body was seen to be
			return event.Event{}, Undecodable(fmt.Sprintf("%s: %s is not UTF-8", form, shorten(name)))
		case len(text) > maxText:
			return event.Event{}, Undecodable(fmt.Sprintf("%s: %s is longer than %d bytes", form, shorten(name), maxText))
		case strings.ContainsFunc(text, unicode.IsControl): // CloudEvents 1.0.2, section 3.1.2
			return event.Event{}, Undecodable(fmt.Sprintf("%s: %s has a control character", form, shorten(name)))
		}
	}
	return e, nil
}
