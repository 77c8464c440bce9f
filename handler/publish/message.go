package publish

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/oci"
)

// maxMessage is the maximum size in bytes of an encoded PublishMessage request.
const maxMessage = 64 << 10

// maxEvents is the maximum size in bytes of a message's events within a JSON string: maxMessage without the title and the member names.
const maxEvents = maxMessage - 128

// message holds what is published at once: one event, or several as a CloudEvents JSON batch
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format).
type message struct {
	publications []events.Publication
	events       [][]byte
	quoted       int // the length of the events within a JSON string, with separators
}

// fits reports whether the message has room for another event of that length within a JSON string.
func (m *message) fits(quoted int) bool {
	return len(m.events) == 0 || m.quoted+quoted+len(",[]") <= maxEvents
}

func (m *message) add(p events.Publication, encoded []byte, quoted int) {
	m.publications = append(m.publications, p)
	m.events = append(m.events, encoded)
	m.quoted += quoted + len(",")
}

// details returns the body of the PublishMessage request.
func (m message) details() ons.MessageDetails {
	if len(m.events) == 1 {
		return ons.MessageDetails{Title: common.String("Sender invitation " + string(m.publications[0].Result.Outcome)), Body: common.String(string(m.events[0]))}
	}
	batch := "[" + string(bytes.Join(m.events, []byte(","))) + "]"
	return ons.MessageDetails{Title: common.String(fmt.Sprintf("Sender invitations: %d results", len(m.events))), Body: common.String(batch)}
}

// messages yields the messages of the results that go to the topic. It makes one at a time. It counts and logs a result that cannot be
// encoded.
func (p *Publisher) messages(watch oci.Observer, results []events.Publication, topic string, counts *Counts) iter.Seq[message] {
	return func(yield func(message) bool) {
		var pending message
		for _, publication := range results {
			if p.topicOf(publication.Result) != topic {
				continue
			}
			publication.TraceParent = watch.Trace.Parent()
			encoded, err := p.emitter.Emit(publication, maxEvents-len("[]"))
			if err != nil {
				counts.Unpublished++
				logUnpublished(context.Background(), watch, "result could not be published", publication, events.Internal())
				continue
			}
			quoted := strict.QuotedLen(encoded)
			if !pending.fits(quoted) {
				if !yield(pending) {
					return
				}
				pending = message{}
			}
			pending.add(publication, encoded, quoted)
		}
		if len(pending.events) > 0 {
			yield(pending)
		}
	}
}
