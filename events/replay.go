package events

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// MaxReplays is the maximum number of times that the original of a failed event can be replayed.
const MaxReplays = 3

// Original is the record, as the data of a failed or a held event carries it beside the result.
type Original struct {
	// Event is the record as received. If it is not UTF-8, Event is base64, and EventEncoding says so.
	Event         string `json:"event,omitempty"`
	EventEncoding string `json:"eventEncoding,omitempty"`
	// EventSize (bytes) and EventSHA256 (hexadecimal) describe the whole original. They are set if Event is not whole: cut, or
	// left out.
	EventSize   int    `json:"eventSize,omitempty"`
	EventSHA256 string `json:"eventSha256,omitempty"`
	// EventRecord is the record's place in the list of the delivery, from 1. It is set if Event is not whole.
	EventRecord int `json:"eventRecord,omitempty"`
	// EventCallID is the id of the call that brought the delivery. It is set if Event is not whole.
	EventCallID string `json:"eventCallId,omitempty"`
	// EventRecords is the number of records that the original consists of, with commas between them, if there are several.
	EventRecords int `json:"eventRecords,omitempty"`
	// Replayable is set, and false, if Event is not whole.
	Replayable *bool `json:"replayable,omitempty"`
	// EventListed says that the original is an element of a list. Some forms are accepted only there.
	EventListed bool `json:"eventListed,omitempty"`
	// EventContentType is the content type of CloudEvents that the original had. The original is accepted as nothing else.
	EventContentType string `json:"eventContentType,omitempty"`
	// Replays is the number of times that the original has been replayed.
	Replays int `json:"replays,omitempty"`
}

// Base64 is the value of [Original.EventEncoding] for base64.
const Base64 = "base64"

// Replay decodes the record that a failed event carries. It returns the record and the number of replays, this one
// included. data is the data of the failed event, and d is the delivery that brought the event. A record without an id of
// its own keeps the id that it had before. Replay returns an error if data is not that of a failed event, if the original is
// missing or cut, or if it has been replayed [MaxReplays] times.
func Replay(data []byte, d Delivery) (record Record, replays int, err error) {
	f, whole, err := parseReplayed(data, Failed)
	if err != nil {
		return Record{}, 0, err
	}
	if f.Replays < 0 || f.Replays >= MaxReplays {
		return Record{}, 0, Invalid("InvalidParameter", fmt.Sprintf(
			"the event was replayed %d times already; fix the cause and send the original again", f.Replays))
	}
	record, err = f.record(f.delivery(whole, d))
	record.Tried = f.Trigger != nil // a record that was not decoded has none
	return record, f.Replays + 1, err
}

// HeldFor is the time in which a held event can be approved.
const HeldFor = 30 * 24 * time.Hour

// Approval is what the delivery of a held event approves.
type Approval struct {
	// ID is the id of the held event.
	ID string
	// Operation is what the command that was held asks for.
	Operation string
	// Command has the fields of that command, as a JSON object.
	Command json.RawMessage
	// DryRun says that it was held in a dry run.
	DryRun bool
}

// Approve decodes the record that a held event carries, and what its delivery approves. The event comes with the delivery d. Approve returns an
// error if the data are not those of a held event, if the original or the command is missing, or if the event was published more than
// [HeldFor] before now.
func Approve(e event.Event, d Delivery, now time.Time) (record Record, approval Approval, err error) {
	f, whole, err := parseReplayed(e.Data(), Held)
	approval = Approval{e.ID(), f.Operation, f.Command, f.DryRun}
	switch {
	case err != nil:
		return Record{}, approval, err
	case len(f.Command) == 0:
		return Record{}, approval, Invalid("InvalidParameter", "the held event carries no command (data.command)")
	case e.Time().IsZero():
		return Record{}, approval, Invalid("InvalidParameter", "the held event has no time: deliver it as it was published")
	case now.Sub(e.Time()) > HeldFor:
		return Record{}, approval, NewError(http.StatusForbidden, "NotAllowed", fmt.Sprintf(
			"the event was held more than %d days ago; send the original again from its source", HeldFor/(24*time.Hour)))
	}
	record, err = f.record(f.delivery(whole, d))
	return record, approval, err
}

// replayed holds the members that Replay and Approve read of the data of an event.
type replayed struct {
	Trigger   *Trigger        `json:"trigger"`
	Operation string          `json:"operation"`
	Command   json.RawMessage `json:"command"`
	DryRun    bool            `json:"dryRun"`
	Original
	outcome Outcome
}

// parseReplayed reads the data of a failed or a held event, and its original.
func parseReplayed(data []byte, outcome Outcome) (f replayed, whole []byte, err error) {
	f.outcome = outcome
	if json.Unmarshal(data, &f) != nil {
		return f, nil, Undecodable(fmt.Sprintf("the data of the %s event is not what this function publishes", outcome))
	}
	whole, err = f.whole()
	return f, whole, err
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
	case r.EventSHA256 != "":
		return nil, Invalid("InvalidParameter", r.missing())
	case r.Event == "" && !r.mayBeEmpty():
		return nil, Invalid("InvalidParameter", fmt.Sprintf("the %s event carries no original (data.event)", r.outcome))
	case r.EventEncoding == Base64:
		whole, err := base64.StdEncoding.DecodeString(r.Event)
		if err != nil {
			return nil, Undecodable(fmt.Sprintf("data.event of the %s event is not base64", r.outcome))
		}
		return whole, nil
	}
	return []byte(r.Event), nil
}

// missing says what became of an original that is not whole, and how to find it.
func (r replayed) missing() string {
	became, place := "was cut to fit the message", ""
	if r.Event == "" {
		became = "was left out, because the results of its delivery needed more than 30 messages"
	}
	if r.EventRecord > 0 {
		place = fmt.Sprintf("; it was record %d of its list", r.EventRecord)
	}
	return fmt.Sprintf("the original %s%s (%d bytes, SHA-256 %s); send it again from its source", became, place, r.EventSize, private.Name(r.EventSHA256))
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
