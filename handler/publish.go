package handler

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"sender-invitations/events"
)

// publish sends the results that are to be published: to the result topic, the failures to the dead-letter topic. A
// topic takes 60 messages a minute, so a batch goes out in as few as hold it, CONCURRENCY of them at a time. The error says
// that a result could not be published; the log then tells of each.
func (i *invocation) publish(ctx context.Context, done work) error {
	done = done.distinct()
	for _, topic := range i.topics() {
		var ready []message
		for m := range i.messages(done, topic) {
			if ready = append(ready, m); len(ready) == i.config.Concurrency {
				i.sendMessages(ctx, topic, ready)
				ready = nil
			}
		}
		i.sendMessages(ctx, topic, ready)
	}
	if i.metrics.unpublished > 0 {
		return errUnpublished
	}
	return nil
}

// distinct leaves out repeats, as of an event that stands several times in a list: one result of one id says it all.
// Failures with different originals are no repeats, for each could be replayed.
func (done work) distinct() (distinct work) {
	type identity struct{ id, original string } // the digest of the original: together they can be as long as a body
	known := map[identity]bool{}
	for _, p := range done {
		this := identity{id: p.ID()}
		if p.Result.Outcome == events.Failed {
			this.original = events.Digest(p.Original)
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

// publishMessage is the operation of the Notifications API; neither door offers it.
var publishMessage = &operation{api: "PublishMessage", method: http.MethodPost}

// sendMessages publishes the messages at the same time, and then tells what came of them.
func (i *invocation) sendMessages(ctx context.Context, topic string, messages []message) {
	if topic == None {
		for _, m := range messages {
			i.logUnsent(m)
		}
		return
	}
	faults := make([]error, len(messages))
	each(len(messages), len(messages), func(index int) { faults[index] = i.sendMessage(ctx, topic, messages[index]) })
	for index, m := range messages {
		if faults[index] != nil {
			i.unpublished(m.publications, faults[index])
			continue
		}
		i.metrics.published += len(m.publications)
	}
}

// sendMessage publishes the message (PublishMessage of the Notifications API).
func (i *invocation) sendMessage(ctx context.Context, topic string, m message) error {
	body, err := events.Marshal(m.details())
	if err != nil {
		return err
	}
	_, err = i.connection.send(ctx, i.observer, call{
		operation: publishMessage, service: notifications,
		path:   "/20181201/topics/" + url.PathEscape(topic) + "/messages",
		header: withRequestID(nil, i.callID), body: body,
	})
	return err
}

// unpublished tells of results that could not be published.
func (i *invocation) unpublished(results work, err error) {
	for _, p := range results {
		i.logUnpublished("result could not be published", p, err)
	}
	i.metrics.unpublished += len(results)
}

// logUnsent tells of failures for which no topic is set: the log is then the only place that has them.
func (i *invocation) logUnsent(m message) {
	for _, p := range m.publications {
		if p.Result.Error != nil {
			i.logUnpublished("failure has no topic (DEAD_LETTER_TOPIC_OCID=none)", p, p.Result.Error)
		}
	}
}
