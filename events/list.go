package events

import (
	"fmt"
	"net/http"
	"unicode/utf8"

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
	return !d.FromNotifications() || checkSyntax("the body", body) == nil && looksLikeDeliveries(body)
}

// looksLikeDeliveries reports whether the list is empty, or a record in it, or in a record's text, is of a known form.
func looksLikeDeliveries(list []byte) bool {
	empty := true
	for s := (scanner{data: list}); s.more('['); empty = false {
		element := s.skip()
		if hasMarker(element, markers) || element[0] == '"' && hasMarker(unquoted(element), markers) {
			return true
		}
	}
	return empty
}

// decodeList takes a list apart. Only what breaks the list itself makes one failed record of it all.
func (d Delivery) decodeList(body []byte) []Record {
	if err := checkSyntax("the body", body); err != nil {
		return []Record{{Body: d.Body, Err: AsError(err)}}
	}
	records := []Record{}
	s := scanner{data: body}
	for number := 1; s.more('['); number++ {
		if number > maxListed {
			rest := append([]byte{'['}, body[s.at:]...)
			return append(records, Record{Body: rest, Err: tooMany(fmt.Sprintf("records %d and on", number))})
		}
		record := Record{Body: s.skip(), Listed: true}
		if number > MaxRecords {
			record.Err = tooMany(fmt.Sprintf("record %d", number))
		} else {
			record.set(d.decodeElement(record.Body))
			record.Err = record.Err.within(fmt.Sprintf("record %d", number))
		}
		records = append(records, record)
	}
	return records
}

// tooMany is the fault of a record past the limit: 413 PayloadTooLarge.
func tooMany(what string) *Error {
	return &Error{Status: http.StatusRequestEntityTooLarge, Code: "PayloadTooLarge",
		Message: fmt.Sprintf("%s: a list may have %d records; send what is past them again by itself", what, MaxRecords)}
}

// decodeElement decodes an element of a list. Without an identity of its own it has that of its content: what is sent twice
// is one event, in whichever list it comes.
func (d Delivery) decodeElement(raw []byte) (event.Event, error) {
	fallback := identity{d.origin().source, Digest(raw)}
	switch {
	case !utf8.Valid(raw):
		return event.Event{}, Undecodable("the record is not UTF-8")
	case raw[0] == '"': // a message of a queue that is text
		return d.decodeObject("the text", trim(unquoted(raw)), fallback)
	case raw[0] != '{':
		return event.Event{}, Undecodable("the record is " + kindOf(raw) + ", not an object or a string")
	}
	found, err := parseObject("the record", raw, 1)
	if err != nil {
		return event.Event{}, err
	}
	switch found.marker() {
	case loggingMember:
		return decodeLogging(found)
	case streamMember:
		return d.decodeStreaming(found)
	case metricMember:
		return decodeMetric(raw, fallback)
	}
	return d.decodeForm("the record", found, fallback)
}

// decodeElementAlone decodes what was an element of a list before.
func (d Delivery) decodeElementAlone() (event.Event, error) {
	raw := trim(d.Body)
	if err := checkSyntax("the record", raw); err != nil {
		return event.Event{}, err
	}
	return d.decodeElement(raw)
}
