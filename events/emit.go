package events

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/strict"
)

// Emitter makes the events that are published. Its fields are common to all of them.
type Emitter struct {
	// Prefix is the prefix of the event type: the type for the outcome created is Prefix + ".created".
	Prefix string
	// Source is the source of the events: the function's OCID, or a path.
	Source string
	// Now returns the current time, for the time attribute.
	Now func() time.Time
}

// Publication is one result on its way to a topic.
type Publication struct {
	Result Result
	// Key replaces the trigger in the event's id if there is no trigger. It is the digest of a delivery that could not be
	// decoded, or the route and opc-request-id of an HTTP write.
	Key string
	// Subject is the event's subject if the result holds no invitation: the id of the requested invitation, else the
	// recipient tenancy.
	Subject string
	// Original is the record as received. A failed event carries it, so that it can be replayed.
	Original []byte
	// Listed says that the original is an element of a list.
	Listed bool
	// ContentType is [Record.ContentType] of the original.
	ContentType string
	// TraceParent is the trace context of the processing. The trigger's own trace context takes precedence.
	TraceParent string
	// Replays is the number of times that the original has been replayed.
	Replays int
}

// Emit returns p as a CloudEvents 1.0 event in JSON. A PublishMessage request carries the event in a JSON string; there it
// has at most most bytes. If it is too long, Emit cuts the original of a failed result, and shortens the invitation of any
// other result as [Result.Brief] does.
func (e Emitter) Emit(p Publication, most int) ([]byte, error) {
	if p.Result.Outcome != Failed {
		encoded, err := e.encode(p, p.Result)
		if err == nil && strict.QuotedLen(encoded) > most { // the invitation has many or long tags
			brief := p.Result.Brief()
			brief.OpcRequestID, brief.Trigger = p.Result.OpcRequestID, p.Result.Trigger
			return e.encode(p, brief)
		}
		return encoded, err
	}
	data := newFailure(p)
	if len(p.Original) <= most { // a longer original does not fit anyway
		data.setEvent(p.Original)
		encoded, err := e.encode(p, data)
		if err != nil || strict.QuotedLen(encoded) <= most {
			return encoded, err
		}
		data.setEvent(nil)
	}
	encoded, err := e.encode(p, data)
	if err != nil {
		return nil, err
	}
	return e.encode(p, data.cut(p.Original, most-strict.QuotedLen(encoded)))
}

// encode returns the event with the given data.
func (e Emitter) encode(p Publication, data any) ([]byte, error) {
	encoded, err := strict.Marshal(data)
	if err != nil {
		return nil, err
	}
	result := event.New(event.CloudEventsVersionV1)
	result.SetID(p.ID())
	result.SetSource(e.Source)
	result.SetType(e.Prefix + "." + string(p.Result.Outcome))
	result.SetTime(e.Now().UTC())
	result.SetSubject(cmp.Or(ReadInvitation(p.Result.Invitation).ID, p.Subject))
	parent, hop := p.TraceParent, 0
	if trigger := p.Result.Trigger; trigger != nil {
		result.SetExtension("triggerid", trigger.ID)
		result.SetExtension("triggersource", trigger.Source)
		parent, hop = cmp.Or(trigger.TraceParent, parent), trigger.Hop
	}
	result.SetExtension(hopAttribute, hop+1)
	if parent != "" {
		result.SetExtension("traceparent", parent)
	}
	result.SetDataContentType(event.ApplicationJSON)
	result.DataEncoded = encoded
	if err := result.Validate(); err != nil {
		return nil, err
	}
	return result.MarshalJSON()
}

// ID returns the event's id. The same outcome of the same trigger gives the same id, so that a subscriber recognizes a
// repeat. Another error gives another id, so that the final failure is not mistaken for an earlier one.
func (p Publication) ID() string {
	sent := Identity{ID: p.Key}
	if p.Result.Trigger != nil {
		sent = p.Result.Trigger.Identity()
	}
	parts := []any{sent.Source, sent.ID, p.Result.Operation, p.Result.Outcome}
	if fault := p.Result.Error; fault != nil {
		parts = append(parts, fault.Status, fault.Code, fault.Retryable)
	}
	if p.Result.DryRun { // a later run of the same trigger is not a repeat
		parts = append(parts, "dry-run")
	}
	return Hash(parts...)
}

// Hash returns the hexadecimal SHA-256 of the JSON array of parts. The order of the parts matters. JSON would replace the bytes of a
// text that are not UTF-8, so such a text becomes a list with its base64, which no other part is.
func Hash(parts ...any) string {
	parts = slices.Clone(parts)
	for index, part := range parts {
		if text, ok := part.(string); ok && !utf8.ValidString(text) {
			parts[index] = [][]byte{[]byte(text)}
		}
	}
	encoded, err := json.Marshal(parts)
	if err != nil {
		panic(err) // callers pass only values that have a JSON form
	}
	return Digest(encoded)
}

// Digest returns the hexadecimal SHA-256 of data.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
