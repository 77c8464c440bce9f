package events

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/cloudevents/sdk-go/v2/event"
)

// MaxRecords is the most records of one list that are worked on. Those past it fail one by one, so that none is lost.
const MaxRecords = 1000

// maxListed is the most records that a list is taken apart into; what is left then fails as one. Without it a body of
// two million empty records would become two million results.
const maxListed = 10 * MaxRecords

// isList reports whether the body is a list of deliveries. A message of Notifications that is a list, but of nothing
// that looks like a delivery, is just a message.
func (d Delivery) isList(body []byte) bool {
	if len(body) == 0 || body[0] != '[' {
		return false
	}
	return !d.FromNotifications() || looksLikeDeliveries(body)
}

// looksLikeDeliveries reports whether the list is empty, or a record in it, or in a record's text, is of a known form.
func looksLikeDeliveries(list []byte) bool {
	empty, found := true, false
	e := elementsOf(list)
	for e.next() {
		empty = false
		found = found || hasMarker(e.element, markers) || hasMarker(unquoted(e.element), markers)
	}
	switch {
	case e.followed():
		return false
	case !e.closed():
		return found || hasMarker(list, markers)
	}
	return empty || found
}

// decodeList takes a list apart. Where it breaks, in a record whose brackets or quotes do not close, nobody can tell the
// records behind from that one: all from there on fails as one. A list that something follows is none.
func (d Delivery) decodeList(body []byte) []Record {
	if isFollowed(body) {
		return []Record{{Body: d.Body, Err: AsError(checkSyntax("the body", body))}}
	}
	records := []Record{}
	e := elementsOf(body)
	for len(records) < maxListed && e.next() {
		records = append(records, d.decodeRecord(len(records)+1, e.element))
	}
	rest := Record{Body: e.rest[1:], Listed: true}
	place := fmt.Sprintf("records %d and on", len(records)+1)
	switch {
	case e.next():
		rest.Body = append([]byte{'['}, bytes.TrimLeft(rest.Body, whiteSpace)...)
		rest.Err = tooMany(place)
	case e.closed():
		return records
	case len(records) == 0:
		return []Record{{Body: d.Body, Err: AsError(checkSyntax("the body", body))}}
	default:
		rest.Err = AsError(checkSyntax("the body", body)).within(place)
	}
	return append(records, rest)
}

// isFollowed reports whether something follows the list.
func isFollowed(list []byte) bool {
	e := elementsOf(list)
	for e.next() {
	}
	return e.followed()
}

func (d Delivery) decodeRecord(number int, element []byte) Record {
	record := Record{Body: element, Listed: true}
	place := fmt.Sprintf("record %d", number)
	if number > MaxRecords {
		record.Err = tooMany(place)
		return record
	}
	record.set(d.decodeElement(element))
	record.Err = record.Err.within(place)
	return record
}

// tooMany is the fault of a record past the limit: 413 PayloadTooLarge.
func tooMany(what string) *Error {
	return NewError(http.StatusRequestEntityTooLarge, "PayloadTooLarge",
		fmt.Sprintf("%s: a list may have %d records; send what is past them again by itself", what, MaxRecords))
}

// decodeElement decodes an element of a list. Without an identity of its own it has that of its content: what is sent twice
// is one event, in whichever list it comes.
func (d Delivery) decodeElement(raw []byte) (event.Event, error) {
	fallback := identity{d.origin().source, Digest(raw)}
	if err := checkJSON("the record", raw, 1); err != nil {
		return event.Event{}, err
	}
	switch raw[0] {
	case '{':
	case '"': // a message of a queue that is text
		return d.decodeObject("the text", trim(unquoted(raw)), fallback)
	default:
		return event.Event{}, Undecodable("the record is " + kindOf(raw) + ", not an object or a string")
	}
	found, err := membersOf("the record", raw)
	if err != nil {
		return event.Event{}, err
	}
	switch found.marker() {
	case loggingMember:
		return decodeLogging(found, fallback)
	case streamMember:
		return d.decodeStreaming(found)
	case metricMember:
		return decodeMetric(raw, fallback)
	}
	return d.decodeForm("the record", found, fallback)
}
