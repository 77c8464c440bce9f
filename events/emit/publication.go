package emit

import (
	"cmp"
	"encoding/json"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// Publication is one result on its way to a topic or a stream.
type Publication struct {
	Result events.Result
	// Key replaces the trigger in the event's id if there is no trigger. It is the digest of a delivery that could not be
	// decoded, or that of an HTTP write: its route, retry token and more.
	Key string
	// Recipient is the OCID of the recipient tenancy, if the result holds no invitation and it is known.
	Recipient string
	// Subject is the event's subject if the result holds no invitation: the id of the requested invitation, else the
	// recipient tenancy.
	Subject string
	// Told is true if the outcome says what has become of an invitation: a poll publishes that.
	Told bool
	// Original is the record as received. A failed event carries it, so that it can be replayed, and a held event, so that it can be
	// approved.
	Original []byte
	// CallID is the id of the call that brought the delivery.
	CallID string
	// Records is the number of records in Original, with commas between them. It is 0 if there is only one.
	Records int
	// Place is the record's place in the list of the delivery, from 1; 0 if the delivery is no list.
	Place int
	// Listed says that the original is an element of a list.
	Listed bool
	// ContentType is [events.Record.ContentType] of the original.
	ContentType string
	// TraceParent is the trace context of the processing. The trigger's own trace context takes precedence.
	TraceParent string
	// Time is the time of the event; the current time if it is zero.
	Time time.Time
	// Replays is the number of times that the original has been replayed.
	Replays int
	// Brief says that the result is told brief: without the long members of an invitation, without the original of a failure, and with
	// short texts.
	Brief bool
}

// IsFailure reports whether the publication tells that a record or a request failed.
func (p Publication) IsFailure() bool { return p.Result.Outcome == events.Failed && !p.Told }

// CarriesOriginal reports whether the event carries the record, so that it can be delivered again.
func (p Publication) CarriesOriginal() bool { return p.IsFailure() || p.Result.Outcome == events.Held }

// ID returns the event's id. The same outcome of the same trigger gives the same id, so that a subscriber recognizes a
// repeat. Another error gives another id, so that the final failure is not mistaken for an earlier one.
//
// An event that tells what has become of an invitation has the same id whichever poll publishes it.
func (p Publication) ID() string {
	sent := events.Identity{ID: p.Key}
	if p.Result.Trigger != nil && !p.Told {
		sent = p.Result.Trigger.Identity()
	}
	parts := []any{sent.Source, sent.ID, p.Result.Operation, p.Result.Outcome}
	if p.Told {
		parts = []any{events.ReadInvitation(p.Result.Invitation).ID, p.Result.Outcome}
	}
	if fault := p.Result.Error; fault != nil && !p.Told {
		parts = append(parts, fault.Status, fault.Code, fault.Retryable)
	}
	if p.Result.DryRun { // a later run of the same trigger is not a repeat
		parts = append(parts, "dry-run")
	}
	return events.Hash(parts...)
}

// EventSubject returns the event's subject; "" if it has none.
func (p Publication) EventSubject() string {
	return cmp.Or(events.ReadInvitation(p.Result.Invitation).ID, p.Subject)
}

// The maximum lengths in bytes of the texts of a brief result. With them, a thousand brief results fit in 30 messages of 64 KB.
const (
	maxInvitation  = 640 // the whole invitation; a longer one has members that no OCI would send
	maxName        = 104 // ids, sources, types, the rule
	maxDescription = 192 // the error's message
)

// brief returns the publication with short texts. Its id stays that of the whole texts.
func (p Publication) brief() Publication {
	p.Result = p.Result.Shortened()
	if len(p.Result.Invitation) > maxInvitation {
		p.Result.Invitation = withoutLong(p.Result.Invitation)
	}
	p.Result.OpcRequestID = shorten(p.Result.OpcRequestID, maxName)
	if len(p.TraceParent) > maxName { // a valid one has 55 bytes
		p.TraceParent = ""
	}
	if trigger := p.Result.Trigger; trigger != nil {
		short := *trigger
		for _, text := range []*string{&short.ID, &short.Source, &short.Type, &short.Rule} {
			*text = shorten(*text, maxName)
		}
		if len(short.TraceParent) > maxName {
			short.TraceParent = ""
		}
		p.Result.Trigger = &short
	}
	if fault := p.Result.Error; fault != nil {
		short := *fault
		short.Message = shorten(short.Message, maxDescription)
		p.Result.Error = &short
	}
	return p
}

// shorten cuts the text to a length, and further if its characters need escapes in a message.
func shorten(text string, length int) string {
	for most := length; ; most /= 2 {
		if short := strict.Cut(text, most); strict.QuotedLen(strict.Quote(short)) <= length+16 { // … and quotation marks
			return short
		}
	}
}

// withoutLong returns the invitation without the members that are longer than an OCID of OCI.
func withoutLong(raw json.RawMessage) json.RawMessage {
	const longest = 255
	i := events.ReadInvitation(raw)
	for _, text := range []*string{&i.ID, &i.Status, &i.LifecycleState, &i.RecipientTenancyID} {
		if len(*text) > longest {
			*text = ""
		}
	}
	short, _ := json.Marshal(i) // an Invitation always has a JSON form
	return short
}
