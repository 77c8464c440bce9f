// Package events is the vocabulary of the function.
//
// What comes in: [Decode] turns a delivery of any form into CloudEvents 1.0 events, so that nothing behind it knows
// which form it was. What goes out: a [Result] tells what came of one event or one HTTP request, and an [Emitter]
// turns it into the CloudEvents 1.0 event that is published. The package knows no OCI client.
package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/cloudevents/sdk-go/v2/event"
)

// MaxBody is the most bytes of a body that are read: 6 MB, the platform's own limit of a request
// (https://docs.oracle.com/iaas/Content/Functions/Tasks/functionslimits.htm).
const MaxBody = 6 << 20

// Delivery is what one invocation brings.
type Delivery struct {
	// Body is the body as it came.
	Body []byte
	// Header holds the headers as the caller sent them. Only what identifies a Notifications message is read of it.
	Header http.Header
	// CallID is the platform's id of the invocation: the id of a command that has none of its own.
	CallID string
	// Prefix is the prefix of this function's own event types (EVENT_TYPE_PREFIX).
	Prefix string

	source string // of a replayed record; "" is the usual one
}

// Record is one event of a delivery, or the reason why there is none.
type Record struct {
	// Event is a valid CloudEvents 1.0 event if Err is nil.
	Event event.Event
	// Body is this record as it came.
	Body []byte
	// Err says why Body is not an event.
	Err *Error
}

// Decode takes a delivery apart into its records, in the order received. The form is told by the body's shape, never
// by a header that a source may leave out: an OCI Events envelope (cloudEventsVersion 0.1), a structured CloudEvents
// 1.0 or 0.3 event, or a command (a JSON object with operation). Whatever cannot be decoded is a record with Err:
// CannotParseRequest, or 413 past [MaxBody].
func Decode(d Delivery) []Record {
	record := Record{Body: d.Body}
	decoded, err := decode(d)
	if err != nil {
		record.Err = AsError(err)
	} else {
		record.Event = decoded
	}
	return []Record{record}
}

func decode(d Delivery) (event.Event, error) {
	var none event.Event
	if len(d.Body) > MaxBody {
		return none, TooLarge()
	}
	body := bytes.TrimSpace(d.Body)
	if len(body) == 0 {
		return none, Undecodable("the body is empty; " + formsTaken)
	}
	if err := CheckJSON(body); err != nil {
		return none, err
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return none, Undecodable("the body is not a JSON object; " + formsTaken)
	}
	switch {
	case members["cloudEventsVersion"] != nil:
		return decodeOCIEvent(members)
	case members["specversion"] != nil:
		return decodeCloudEvent(body, members)
	case members["operation"] != nil:
		return decodeCommand(d, members)
	}
	return none, Undecodable("the object has none of cloudEventsVersion, specversion, operation; " + formsTaken)
}

const formsTaken = "taken are an OCI Events envelope, a CloudEvents event and a command"

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
		case len(text) > maxText:
			return event.Event{}, Undecodable(fmt.Sprintf("%s: %s is longer than %d bytes", form, shorten(name), maxText))
		case strings.ContainsFunc(text, unicode.IsControl): // CloudEvents 1.0.2, section 3.1.2
			return event.Event{}, Undecodable(fmt.Sprintf("%s: %s has a control character", form, shorten(name)))
		}
	}
	return e, nil
}
