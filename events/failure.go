package events

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"

	"sender-invitations/events/attribute"
	"sender-invitations/events/strict"
)

// MaxReplays is the maximum number of times that the original of a failed event can be replayed.
const MaxReplays = 3

// failure is the data of a failed event: the result and the original, which can be replayed.
type failure struct {
	Result
	original
}

// original is the failed record, as the failed event carries it.
type original struct {
	// Event is the record as received. If it is not UTF-8, Event is base64, and EventEncoding says so.
	Event         string `json:"event,omitempty"`
	EventEncoding string `json:"eventEncoding,omitempty"`
	// EventSize (bytes) and EventSHA256 (hexadecimal) describe the whole original. They are set if Event was cut.
	EventSize   int    `json:"eventSize,omitempty"`
	EventSHA256 string `json:"eventSha256,omitempty"`
	// EventListed says that the original is an element of a list. Some forms are accepted only there.
	EventListed bool `json:"eventListed,omitempty"`
	// EventContentType is the content type of CloudEvents that the original had. The original is accepted as nothing else.
	EventContentType string `json:"eventContentType,omitempty"`
	// Replays is the number of times that the original has been replayed.
	Replays int `json:"replays,omitempty"`
}

const base64Encoding = "base64"

// newFailure returns the data for p without the original.
func newFailure(p Publication) failure {
	f := failure{p.Result, original{EventListed: p.Listed, EventContentType: p.ContentType, Replays: p.Replays}}
	if f.Error != nil {
		f.Error = AsError(f.Error) // cuts the message to a length that fits
	}
	if !utf8.Valid(p.Original) {
		f.EventEncoding = base64Encoding
	}
	return f
}

// setEvent sets Event to the original, or the beginning of it.
func (f *failure) setEvent(original []byte) {
	if f.EventEncoding == base64Encoding {
		f.Event = base64.StdEncoding.EncodeToString(original)
	} else {
		f.Event = string(original)
	}
}

// quotedLen returns the size of Event in the message: a JSON string in the event, which is a JSON string in the message.
func (f *failure) quotedLen() int {
	return strict.QuotedLen(strict.Quote(f.Event)) - strict.QuotedLen(strict.Quote(""))
}

// cut returns f with as much of the original as fits in room bytes, together with EventSize and EventSHA256.
func (f failure) cut(original []byte, room int) failure {
	f.EventSize, f.EventSHA256 = len(original), Digest(original)
	const marks = len(`,\"event\":\"\",\"eventSize\":1234567890,\"eventSha256\":\"\"`) + 2*sha256.Size
	low, high := 0, min(len(original), max(room, 0))
	for low < high { // binary search for the largest length that fits
		middle := (low + high + 1) / 2
		f.setEvent(wholeRunes(original, middle))
		if f.quotedLen() <= room-marks {
			low = middle
		} else {
			high = middle - 1
		}
	}
	f.setEvent(wholeRunes(original, low))
	return f
}

// wholeRunes returns the first bytes of text, at most length, without splitting a character if text is UTF-8.
func wholeRunes(text []byte, length int) []byte {
	if utf8.Valid(text) {
		for length > 0 && length < len(text) && !utf8.RuneStart(text[length]) {
			length--
		}
	}
	return text[:length]
}

// Replay decodes the record that a failed event carries. It returns the record and the number of replays, this one
// included. data is the data of the failed event, and d is the delivery that brought the event. A record without an id of
// its own keeps the id that it had before. Replay returns an error if data is not that of a failed event, if the original is
// missing or cut, or if it has been replayed [MaxReplays] times.
func Replay(data []byte, d Delivery) (record Record, replays int, err error) {
	var f replayed
	if err := json.Unmarshal(data, &f); err != nil {
		return Record{}, 0, Undecodable("the data of the failed event is not what this function publishes")
	}
	whole, err := f.whole()
	if err != nil {
		return Record{}, 0, err
	}
	if f.Replays < 0 || f.Replays >= MaxReplays {
		return Record{}, 0, Invalid("InvalidParameter", fmt.Sprintf(
			"the event was replayed %d times already; fix the cause and send the original again", f.Replays))
	}
	record, err = f.record(f.delivery(whole, d))
	return record, f.Replays + 1, err
}

// replayed holds the members of a failed event's data that Replay reads.
type replayed struct {
	Trigger *Trigger `json:"trigger"`
	original
}

// record decodes the original, as an element of a list if it was one.
func (r replayed) record(d Delivery) (Record, error) {
	if r.EventListed {
		record := Record{Body: d.Body, Listed: true}
		record.set(d.decodeElement(strict.Trim(d.Body)))
		if record.Err != nil {
			record.ContentType = d.claim
		}
		return record, nil
	}
	records := Decode(d)
	if len(records) != 1 || records[0].Listed {
		return Record{}, Undecodable("the original is a list; send it again by itself")
	}
	return records[0], nil
}

// whole returns the original as received.
func (r replayed) whole() ([]byte, error) {
	switch {
	case r.Event == "" && !r.mayBeEmpty():
		return nil, Invalid("InvalidParameter", "the failed event carries no original (data.event)")
	case r.EventSHA256 != "":
		return nil, Invalid("InvalidParameter", "the original was cut to fit the message; send it again from its source")
	case r.EventEncoding == base64Encoding:
		whole, err := base64.StdEncoding.DecodeString(r.Event)
		if err != nil {
			return nil, Undecodable("data.event of the failed event is not base64")
		}
		return whole, nil
	}
	return []byte(r.Event), nil
}

// mayBeEmpty reports whether the original may be an empty body.
func (r replayed) mayBeEmpty() bool {
	return r.Trigger != nil && (r.Trigger.Type == invocationType || r.Trigger.Type == messageType)
}

// delivery returns a delivery of the original with the identity that it had.
func (r replayed) delivery(whole []byte, d Delivery) Delivery {
	d.Body, d.Header = whole, http.Header{}
	if r.EventContentType != "" {
		d.Header.Set("Content-Type", r.EventContentType)
	}
	d.claim = attribute.StructuredType(d.Header)
	switch {
	case r.Trigger == nil:
	case r.Trigger.Type == messageType: // recognized only by its headers
		d.Header.Set(messageHeader, r.Trigger.ID)
		d.Header.Set(topicHeader, r.Trigger.Source)
	default:
		d.CallID, d.source, d.Direct = r.Trigger.ID, r.Trigger.Source, r.Trigger.Type == invocationType
	}
	return d
}
