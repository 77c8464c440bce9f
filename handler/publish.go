package handler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"

	"sender-invitations/events"
)

// maxMessage is the most bytes of an encoded PublishMessage request that Notifications takes.
const maxMessage = 64 << 10

// maxEvents is the most bytes of a message's events, once they stand in a JSON string: what maxMessage leaves beside
// the title and the names of the members.
const maxEvents = maxMessage - 128

// publish sends the results that are to be published: to the result topic, the failures to the dead-letter topic. A
// topic takes 60 messages a minute, so a batch goes out in as few as hold it. The error says that a result could not
// be published; the log then tells of each.
func (i *invocation) publish(ctx context.Context, done work) error {
	done = done.distinct()
	var faults []error
	for _, topic := range i.topics() {
		var pending message
		for _, publication := range done {
			if i.topicOf(publication.Result) != topic {
				continue
			}
			publication.TraceParent = i.trace.parent()
			encoded, err := i.emitter.Emit(publication, maxEvents-len("[]"))
			if err != nil {
				faults = append(faults, fmt.Errorf("event cannot be encoded: %w", err))
				i.logUnpublished("result could not be published", publication, events.Internal())
				i.metrics.unpublished++
				continue
			}
			quoted := events.QuotedLen(encoded)
			if !pending.fits(quoted) {
				faults = append(faults, i.sendMessage(ctx, topic, pending))
				pending = message{}
			}
			pending.add(publication, encoded, quoted)
		}
		faults = append(faults, i.sendMessage(ctx, topic, pending))
	}
	if errors.Join(faults...) != nil {
		return errUnpublished
	}
	return nil
}

// distinct leaves out repeats, as of an event that stands several times in a list: one result of one id says it all. Failures
// with different originals are no repeats, for each could be replayed.
func (done work) distinct() (distinct work) {
	type identity struct{ id, original string }
	known := map[identity]bool{}
	for _, p := range done {
		this := identity{id: p.ID()}
		if p.Result.Outcome == events.Failed {
			this.original = string(p.Original)
		}
		if !known[this] {
			distinct = append(distinct, p)
		}
		known[this] = true
	}
	return distinct
}

// errUnpublished is all that is said in one line; the log has told of each result.
var errUnpublished = errors.New("a result could not be published")

// topics are those that are published to.
func (i *invocation) topics() []string {
	topics := []string{i.config.ResultTopicOCID}
	if i.config.DeadLetterTopicOCID != i.config.ResultTopicOCID {
		topics = append(topics, i.config.DeadLetterTopicOCID)
	}
	return topics
}

// topicOf is the topic of a result; "" if it goes to none, for nobody waits for reads and for what was ignored.
func (i *invocation) topicOf(r events.Result) string {
	switch {
	case r.Outcome == events.Retrieved, r.Outcome == events.Listed, r.Outcome == events.Ignored, isRead(r):
		return ""
	case r.Outcome == events.Failed:
		return i.config.DeadLetterTopicOCID
	}
	return i.config.ResultTopicOCID
}

// message is what is published at once: one event, or several as a CloudEvents JSON batch
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format).
type message struct {
	publications work
	events       [][]byte
	quoted       int // length of the events within a JSON string, separators included
}

// fits reports whether an event of that length, within a JSON string, fits too.
func (m *message) fits(quoted int) bool {
	return len(m.events) == 0 || m.quoted+quoted+len(",[]") <= maxEvents
}

func (m *message) add(p events.Publication, encoded []byte, quoted int) {
	m.publications = append(m.publications, p)
	m.events = append(m.events, encoded)
	m.quoted += quoted + len(",")
}

func (m message) details() ons.MessageDetails {
	if len(m.events) == 1 {
		return ons.MessageDetails{Title: common.String("Sender invitation " + string(m.publications[0].Result.Outcome)), Body: common.String(string(m.events[0]))}
	}
	batch := "[" + string(bytes.Join(m.events, []byte(","))) + "]"
	return ons.MessageDetails{Title: common.String(fmt.Sprintf("Sender invitations: %d results", len(m.events))), Body: common.String(batch)}
}

// publishMessage is the operation of the Notifications API; neither door offers it.
var publishMessage = &operation{api: "PublishMessage", method: http.MethodPost}

// sendMessage publishes the message (PublishMessage of the Notifications API), if it holds anything.
func (i *invocation) sendMessage(ctx context.Context, topic string, m message) error {
	if len(m.events) == 0 {
		return nil
	}
	if topic == None {
		i.logUnsent(m)
		return nil
	}
	body, err := events.Marshal(m.details())
	if err == nil {
		_, err = i.connection.send(ctx, i.observer, call{
			operation: publishMessage, service: notifications,
			path:   "/20181201/topics/" + url.PathEscape(topic) + "/messages",
			header: withRequestID(nil, i.callID), body: body,
		})
	}
	if err != nil {
		for _, p := range m.publications {
			i.logUnpublished("result could not be published", p, err)
		}
		i.metrics.unpublished += len(m.publications)
		return err
	}
	i.metrics.published += len(m.publications)
	return nil
}

// logUnsent tells of failures for which no topic is set: the log is then the only place that has them.
func (i *invocation) logUnsent(m message) {
	for _, p := range m.publications {
		if p.Result.Error != nil {
			i.logUnpublished("failure has no topic (DEAD_LETTER_TOPIC_OCID=none)", p, p.Result.Error)
		}
	}
}
