package events

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
)

// Emitter makes the events that are published. All of them have in common:
type Emitter struct {
	// Prefix begins the event type: a result "created" is of type Prefix + ".created".
	Prefix string
	// Source is the events' source: the function's OCID, or a path.
	Source string
	// Now is the clock of the time attribute.
	Now func() time.Time
}

// Publication is one result on its way to a topic.
type Publication struct {
	Result Result
	// Key stands in for the trigger in the event's id where there is none: the digest of a delivery that could not be
	// decoded, or the route and opc-request-id of an HTTP write.
	Key string
	// Subject is the subject of the event where the result holds no invitation: the id of the invitation that was
	// meant, else the recipient tenancy.
	Subject string
	// Original is the record as it came; a failed event carries it, so that it can be replayed.
	Original []byte
	// Listed tells that the original is an element of a list.
	Listed bool
	// TraceParent is the trace context of what was done for it; that of the trigger, if it has one, goes before.
	TraceParent string
	// Replays is how often the original has been replayed so far.
	Replays int
}

// Emit returns p as a CloudEvents 1.0 event in JSON, at most most bytes long once it stands in a JSON string (that is
// how a PublishMessage request carries it). The original of a failed result is cut as far as that needs; of another result
// the invitation is left out but for what [Result.Brief] keeps of it.
func (e Emitter) Emit(p Publication, most int) ([]byte, error) {
	if p.Result.Outcome != Failed {
		encoded, err := e.encode(p, p.Result)
		if err == nil && QuotedLen(encoded) > most { // its tags are many and long
			brief := p.Result.Brief()
			brief.OpcRequestID, brief.Trigger = p.Result.OpcRequestID, p.Result.Trigger
			return e.encode(p, brief)
		}
		return encoded, err
	}
	data := newFailure(p)
	if len(p.Original) <= most { // else it is not worth encoding whole
		data.setEvent(p.Original)
		encoded, err := e.encode(p, data)
		if err != nil || QuotedLen(encoded) <= most {
			return encoded, err
		}
		data.setEvent(nil)
	}
	encoded, err := e.encode(p, data)
	if err != nil {
		return nil, err
	}
	return e.encode(p, data.cut(p.Original, most-QuotedLen(encoded)))
}

func (e Emitter) encode(p Publication, data any) ([]byte, error) {
	encoded, err := Marshal(data)
	if err != nil {
		return nil, err
	}
	result := event.New(event.CloudEventsVersionV1)
	result.SetID(p.ID())
	result.SetSource(e.Source)
	result.SetType(e.Prefix + "." + string(p.Result.Outcome))
	result.SetTime(e.Now().UTC())
	result.SetSubject(cmp.Or(ReadInvitation(p.Result.Invitation).ID, p.Subject))
	parent := p.TraceParent
	if trigger := p.Result.Trigger; trigger != nil {
		result.SetExtension("triggerid", trigger.ID)
		result.SetExtension("triggersource", trigger.Source)
		parent = cmp.Or(trigger.TraceParent, parent)
	}
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

// ID is the event's id: the same for the same outcome of the same trigger, so that a subscriber recognises a repeat; and
// another for another error, so that a last word is not taken for an earlier one.
func (p Publication) ID() string {
	source, id := "", p.Key
	if p.Result.Trigger != nil {
		source, id = p.Result.Trigger.Source, p.Result.Trigger.ID
	}
	parts := []any{source, id, p.Result.Operation, p.Result.Outcome}
	if fault := p.Result.Error; fault != nil {
		parts = append(parts, fault.Status, fault.Code, fault.Retryable)
	}
	if p.Result.DryRun { // what comes of the same trigger later is no repeat of it
		parts = append(parts, "dry-run")
	}
	return Hash(parts...)
}

// Hash is the hexadecimal SHA-256 of the parts' JSON array: other parts, or parts in another order, give another hash.
func Hash(parts ...any) string {
	encoded, err := json.Marshal(parts)
	if err != nil {
		panic(err) // whatever is hashed has a JSON form
	}
	return Digest(encoded)
}

// Digest is the hexadecimal SHA-256 of data.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Marshal is json.Marshal without the escapes meant for HTML, which cost six bytes a character of the message.
func Marshal(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
}

// quote is text as a JSON string.
func quote(text string) json.RawMessage { return appendQuoted(nil, text) }

// appendQuoted appends text as a JSON string, part by part: the encoder keeps a copy or two of what it writes, and a text can
// be as long as a body.
func appendQuoted(to []byte, text string) []byte {
	to = append(to, '"')
	for part := range parts(text) {
		to = append(to, quotedPart(part)...)
	}
	return append(to, '"')
}

// QuotedLen is the length of text within a JSON string, the quotes not counted.
func QuotedLen(text []byte) int {
	length := 0
	for part := range parts(string(text)) {
		length += len(quotedPart(part))
	}
	return length
}

// quotedPart is a text within a JSON string, without the quotes.
func quotedPart(text string) []byte {
	quoted, err := Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return quoted[1 : len(quoted)-1]
}

// parts cuts a text into parts that the encoder takes in at once, and splits no character.
func parts(text string) iter.Seq[string] {
	const most = 32 << 10
	return func(yield func(string) bool) {
		for len(text) > most {
			length := most
			for length > most-utf8.UTFMax && !utf8.RuneStart(text[length]) {
				length--
			}
			if !yield(text[:length]) {
				return
			}
			text = text[length:]
		}
		yield(text)
	}
}
