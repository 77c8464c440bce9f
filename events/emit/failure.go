package emit

import (
	"crypto/sha256"
	"encoding/base64"
	"unicode/utf8"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// failure is the data of a failed event: the result and the original, which can be replayed.
type failure struct {
	events.Result
	events.Original
	place, records int
}

// newFailure returns the data for p without the original.
func newFailure(p Publication) failure {
	f := failure{p.Result, events.Original{EventListed: p.Listed, EventContentType: p.ContentType, Replays: p.Replays}, p.Place, p.Records}
	if f.Error != nil {
		f.Error = events.AsError(f.Error) // cuts the message to a length that fits
	}
	if !utf8.Valid(p.Original) {
		f.EventEncoding = events.Base64
	}
	return f
}

// setEvent sets Event to the original, or the beginning of it.
func (f *failure) setEvent(original []byte) {
	if f.EventEncoding == events.Base64 {
		f.Event = base64.StdEncoding.EncodeToString(original)
	} else {
		f.Event = string(original)
	}
}

// quotedLen returns the size of Event in the message: a JSON string in the event, which is a JSON string in the message.
func (f *failure) quotedLen() int {
	return strict.QuotedLen(strict.Quote(f.Event)) - strict.QuotedLen(strict.Quote(""))
}

// describe sets the description of an original that f does not hold whole.
func (f *failure) describe(original []byte) {
	f.EventSize, f.EventSHA256, f.EventRecord, f.EventRecords = len(original), events.Digest(original), f.place, f.records
	f.Replayable = new(bool)
}

// without returns f with a description in the place of the original.
func (f failure) without(original []byte) failure {
	f.Original = events.Original{}
	f.describe(original)
	return f
}

// cut returns f with as much of the original as fits in room bytes, and its description.
func (f failure) cut(original []byte, room int) failure {
	f.describe(original)
	const marks = len(`,\"event\":\"\",\"eventSize\":1234567890,\"eventSha256\":\"\",\"eventRecord\":12345,\"replayable\":false`) + 2*sha256.Size
	low, high := 0, min(len(original), max(room, 0))
	for low < high { // binary search for the largest length that fits
		middle := (low + high + 1) / 2
		f.setEvent(strict.Prefix(original, middle))
		if f.quotedLen() <= room-marks {
			low = middle
		} else {
			high = middle - 1
		}
	}
	f.setEvent(strict.Prefix(original, low))
	return f
}
