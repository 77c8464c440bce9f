package emit

import (
	"encoding/base64"
	"unicode/utf8"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// replayable is the data of a failed or a held event: the result and the original, which can be delivered again.
type replayable struct {
	events.Result
	events.Original
	publication Publication
}

// newReplayable returns the data for p without the original.
func newReplayable(p Publication) replayable {
	f := replayable{p.Result, events.Original{EventListed: p.Listed, EventContentType: p.ContentType, Replays: p.Replays}, p}
	if f.Error != nil {
		f.Error = events.AsError(f.Error) // cuts the message to a length that fits
	}
	if !utf8.Valid(p.Original) {
		f.EventEncoding = events.Base64
	}
	return f
}

// setEvent sets Event to the original, or the beginning of it.
func (f *replayable) setEvent(original []byte) {
	if f.EventEncoding == events.Base64 {
		f.Event = base64.StdEncoding.EncodeToString(original)
	} else {
		f.Event = string(original)
	}
}

// quotedLen returns the size of Event in the message: a JSON string in the event, which is a JSON string in the message.
func (f *replayable) quotedLen() int {
	return strict.QuotedLen(strict.Quote(f.Event)) - strict.QuotedLen(strict.Quote(""))
}

// describe sets the description of an original that f does not hold whole.
func (f *replayable) describe() {
	p := f.publication
	f.EventSize, f.EventSHA256 = len(p.Original), events.Digest(p.Original)
	f.EventRecord, f.EventRecords, f.EventCallID, f.Replayable = p.Place, p.Records, p.CallID, new(bool)
}

// without returns f with a description in the place of the original.
func (f replayable) without() replayable {
	f.Original = events.Original{}
	f.describe()
	return f
}

// cut returns f with as much of the original as fits in room bytes.
func (f replayable) cut(room int) replayable {
	original := f.publication.Original
	room -= len(`,\"event\":\"\"`)
	low, high := 0, min(len(original), max(room, 0))
	for low < high { // binary search for the largest length that fits
		middle := (low + high + 1) / 2
		f.setEvent(strict.Prefix(original, middle))
		if f.quotedLen() <= room {
			low = middle
		} else {
			high = middle - 1
		}
	}
	f.setEvent(strict.Prefix(original, low))
	return f
}
