package events

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"
)

// MaxReplays is how often the original of a failed event may be processed again.
const MaxReplays = 3

// failure is the data of a failed event: the result, and the original with what is needed to replay it.
type failure struct {
	Result
	original
}

// original is a record that failed, as the failed event carries it.
type original struct {
	// Event is the record as it came: text, or base64 where it is not UTF-8 (then EventEncoding says so).
	Event         string `json:"event,omitempty"`
	EventEncoding string `json:"eventEncoding,omitempty"`
	// EventSize (bytes) and EventSHA256 (hexadecimal) are of the whole original; they are set if Event was cut.
	EventSize   int    `json:"eventSize,omitempty"`
	EventSHA256 string `json:"eventSha256,omitempty"`
	// EventListed tells that the original is an element of a list: some forms stand only there.
	EventListed bool `json:"eventListed,omitempty"`
	Replays     int  `json:"replays,omitempty"`
}

const base64Encoding = "base64"

// newFailure is the data without the original.
func newFailure(p Publication) failure {
	f := failure{p.Result, original{EventListed: p.Listed, Replays: p.Replays}}
	if f.Error != nil {
		f.Error = AsError(f.Error) // not longer than fits
	}
	if !utf8.Valid(p.Original) {
		f.EventEncoding = base64Encoding
	}
	return f
}

func (f *failure) setEvent(original []byte) {
	if f.EventEncoding == base64Encoding {
		f.Event = base64.StdEncoding.EncodeToString(original)
	} else {
		f.Event = string(original)
	}
}

// quotedLen is what Event costs: it is a string in the event's JSON, which is a string in the message.
func (f *failure) quotedLen() int {
	return QuotedLen(quote(f.Event)) - QuotedLen(quote(""))
}

// cut returns f with the longest beginning of the original that costs at most room bytes, the marks included.
func (f failure) cut(original []byte, room int) failure {
	f.EventSize, f.EventSHA256 = len(original), Digest(original)
	const marks = len(`,\"event\":\"\",\"eventSize\":1234567890,\"eventSha256\":\"\"`) + 2*sha256.Size
	low, high := 0, min(len(original), max(room, 0))
	for low < high { // the cost grows with the length: search the longest that fits
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

// wholeRunes is the beginning of text, at most length bytes, that splits no character of a UTF-8 text.
func wholeRunes(text []byte, length int) []byte {
	if utf8.Valid(text) {
		for length > 0 && length < len(text) && !utf8.RuneStart(text[length]) {
			length--
		}
	}
	return text[:length]
}

// Replay returns the record that a failed event carries, decoded anew, and how often it will have been replayed then;
// data is that of the failed event and d the delivery that brought it. A command without an id of its own keeps the
// one it had. The error says why it cannot be replayed: the data is not that of a failed event, the original is missing
// or cut, or it was replayed [MaxReplays] times.
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
			"the event was replayed %d times already; mend the cause and send the original again", f.Replays))
	}
	record, err = f.record(f.delivery(whole, d))
	return record, f.Replays + 1, err
}

// replayed is what is read of a failed event's data.
type replayed struct {
	Trigger *Trigger `json:"trigger"`
	original
}

// record decodes the original where it stood.
func (r replayed) record(d Delivery) (Record, error) {
	if r.EventListed {
		record := Record{Body: d.Body, Listed: true}
		record.set(d.decodeElement(trim(d.Body)))
		return record, nil
	}
	records := Decode(d)
	if len(records) != 1 || records[0].Listed {
		return Record{}, Undecodable("the original is a list; send it again by itself")
	}
	return records[0], nil
}

// whole is the original as it came.
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

// mayBeEmpty reports whether the original can have been an empty body.
func (r replayed) mayBeEmpty() bool {
	return r.Trigger != nil && (r.Trigger.Type == invocationType || r.Trigger.Type == messageType)
}

// delivery is the original as it would have come, with the identity that it had.
func (r replayed) delivery(whole []byte, d Delivery) Delivery {
	d.Body, d.Header = whole, http.Header{}
	switch {
	case r.Trigger == nil:
	case r.Trigger.Type == messageType: // only its headers tell that it is one
		d.Header.Set(messageHeader, r.Trigger.ID)
		d.Header.Set(topicHeader, r.Trigger.Source)
	default:
		d.CallID, d.source = r.Trigger.ID, r.Trigger.Source
	}
	return d
}
