package events

import (
	"bytes"
	"fmt"
	"net/http"

	"sender-invitations/events/strict"
)

// MaxRecords is the maximum number of records of a list that are processed. Each further record fails, so that none is lost.
const MaxRecords = 1000

// maxListed is the maximum number of records that a list is split into. The rest of the list fails as one record. Without
// this limit, a body of two million empty records would become two million results.
const maxListed = 10 * MaxRecords

// isList reports whether the body is a list of records. A list from Notifications is one only if it has a known form; else it
// is a message.
func (d Delivery) isList(body []byte) bool {
	if len(body) == 0 || body[0] != '[' {
		return false
	}
	return !d.FromNotifications() || hasKnownForm(body)
}

// hasKnownForm reports whether the list is empty or holds a record of a known form, as an object or as the text of a string.
func hasKnownForm(list []byte) bool {
	empty, found := true, false
	e := strict.ElementsOf(list)
	for e.Next() {
		empty = false
		found = found || hasMarker(e.Element, markers) || hasMarker(strict.Unquoted(e.Element), markers)
	}
	switch {
	case e.Followed():
		return false
	case !e.Closed():
		return found || hasMarker(list, markers)
	}
	return empty || found
}

// decodeList decodes each record of a list. If the brackets or quotes of a record are not closed, the records after it
// cannot be told apart, and the rest of the list fails as one record. A body with something after the list fails as a whole.
func (d Delivery) decodeList(body []byte) []Record {
	if isFollowed(body) {
		return []Record{{Body: d.Body, Err: AsError(checkSyntax("the body", body))}}
	}
	records := []Record{}
	e := strict.ElementsOf(body)
	for len(records) < maxListed && e.Next() {
		records = append(records, d.decodeRecord(len(records)+1, e.Element))
	}
	rest := Record{Body: e.Rest[1:], Listed: true}
	place := fmt.Sprintf("records %d and on", len(records)+1)
	switch {
	case e.Next():
		rest.Body = append([]byte{'['}, bytes.TrimLeft(rest.Body, strict.WhiteSpace)...)
		rest.Err, rest.Records = TooMany(place), 1
		for e.Next() {
			rest.Records++
		}
	case e.Closed():
		return records
	case len(records) == 0:
		return []Record{{Body: d.Body, Err: AsError(checkSyntax("the body", body))}}
	default:
		rest.Err = AsError(checkSyntax("the body", body)).Within(place)
	}
	return append(records, rest)
}

// isFollowed reports whether something follows the list.
func isFollowed(list []byte) bool {
	e := strict.ElementsOf(list)
	for e.Next() {
	}
	return e.Followed()
}

// decodeRecord decodes one record of a list. Records are numbered from 1.
func (d Delivery) decodeRecord(number int, element []byte) Record {
	record := Record{Body: element, Listed: true}
	place := fmt.Sprintf("record %d", number)
	if number > MaxRecords {
		record.Err = TooMany(place)
		return record
	}
	record.set(d.decodeElement(element))
	record.Err = record.Err.Within(place)
	return record
}

// TooMany returns the error for records beyond the limit: 413 PayloadTooLarge.
func TooMany(what string) *Error {
	return NewError(http.StatusRequestEntityTooLarge, "PayloadTooLarge",
		fmt.Sprintf("%s: a list may have %d records; send the others again in another list", what, MaxRecords))
}

// decodeElement decodes an element of a list. An element without an id gets the digest of its content as its id: the same
// element in two lists is the same event.
func (d Delivery) decodeElement(raw []byte) (decoded, error) {
	fallback := Identity{d.origin().Source, Digest(raw)}
	if err := checkJSON("the record", raw, 1); err != nil {
		return decoded{}, err
	}
	switch raw[0] {
	case '{':
	case '"': // a text message of Queue
		return d.decodeObject("the text", strict.Trim(strict.Unquoted(raw)), fallback)
	default:
		return decoded{}, Undecodable("the record is " + strict.Kind(raw) + ", not an object or a string")
	}
	found, err := membersOf("the record", raw)
	if err != nil {
		return decoded{}, err
	}
	if err := d.formFault("the record", found.marker()); err != nil {
		return decoded{}, err
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
