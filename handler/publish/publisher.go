// Package publish sends results to topics of the Notifications service.
package publish

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
)

// none is the setting for no topic.
const none = "none"

// Options are the settings of a [Publisher].
type Options struct {
	// Endpoint replaces the address of the Notifications API. Optional.
	Endpoint string
	// ResultTopic and DeadLetterTopic are the OCIDs of the topics of results and of failures, or "none".
	ResultTopic, DeadLetterTopic string
	// Prefix begins the types of the published events; Source is their source.
	Prefix, Source string
	// Concurrency is the maximum number of messages that are sent at a time.
	Concurrency int
}

// Publisher publishes the results of the process.
type Publisher struct {
	options       Options
	notifications *oci.API
	emitter       events.Emitter
}

// New returns a publisher that makes its calls with the client.
func New(client *oci.Client, options Options) *Publisher {
	return &Publisher{
		options: options,
		emitter: events.Emitter{Prefix: options.Prefix, Source: options.Source, Now: time.Now},
		notifications: client.Register(oci.Service{Name: "notifications", Endpoint: options.Endpoint,
			New: func(provider common.ConfigurationProvider) (common.BaseClient, error) {
				made, err := ons.NewNotificationDataPlaneClientWithConfigurationProvider(provider)
				return made.BaseClient, err
			}}),
	}
}

// Counts tells how many results were published, and how many could not be.
type Counts struct{ Published, Unpublished int }

// ErrUnpublished tells that a result could not be published. The log names each.
var ErrUnpublished = errors.New("a result could not be published")

// Publish publishes the results that have a topic: failures to the dead-letter topic, other results to the result topic, reads and
// ignored events to none. A topic takes 60 messages a minute, so the results are sent in as few messages as possible, CONCURRENCY at a
// time. If a result cannot be published, the error is [ErrUnpublished].
func (p *Publisher) Publish(ctx context.Context, watch oci.Observer, results []events.Publication) (counts Counts, err error) {
	results = distinct(results)
	for _, topic := range p.Topics() {
		var ready []message
		for m := range p.messages(watch, results, topic, &counts) {
			if ready = append(ready, m); len(ready) == p.options.Concurrency {
				p.sendAll(ctx, watch, topic, ready, &counts)
				ready = nil
			}
		}
		p.sendAll(ctx, watch, topic, ready, &counts)
	}
	if counts.Unpublished > 0 {
		return counts, ErrUnpublished
	}
	return counts, nil
}

// distinct removes repeats, for example of an event that a list has several times. Failures with different originals are not repeats, for
// each of them can be replayed.
func distinct(results []events.Publication) (kept []events.Publication) {
	type identity struct{ id, original string } // original is a digest, for the original can be as long as a body
	known := map[identity]bool{}
	for _, p := range results {
		this := identity{id: p.ID()}
		if p.Result.Outcome == events.Failed {
			this.original = events.Digest(p.Original)
		}
		if !known[this] {
			kept = append(kept, p)
		}
		known[this] = true
	}
	return kept
}

// Topics returns the topics of results and of failures, each once; "none" may be among them.
func (p *Publisher) Topics() []string {
	topics := []string{p.options.ResultTopic}
	if p.options.DeadLetterTopic != p.options.ResultTopic {
		topics = append(topics, p.options.DeadLetterTopic)
	}
	return topics
}

// topicOf returns the topic of a result; "" if the result is not published.
func (p *Publisher) topicOf(r events.Result) string {
	switch {
	case r.Outcome == events.Ignored, r.IsRead():
		return ""
	case r.Outcome == events.Failed:
		return p.options.DeadLetterTopic
	}
	return p.options.ResultTopic
}

// sendAll sends the messages at the same time and counts their results.
func (p *Publisher) sendAll(ctx context.Context, watch oci.Observer, topic string, messages []message, counts *Counts) {
	if topic == none {
		for _, m := range messages {
			logUnsent(ctx, watch, m)
		}
		return
	}
	faults := make([]error, len(messages))
	parallel.Each(len(messages), len(messages), func(index int) { faults[index] = p.send(ctx, watch, topic, messages[index]) })
	for index, m := range messages {
		if faults[index] == nil {
			counts.Published += len(m.publications)
			continue
		}
		for _, one := range m.publications {
			counts.Unpublished++
			logUnpublished(ctx, watch, "result could not be published", one, faults[index])
		}
	}
}

// send publishes one message (PublishMessage of the Notifications API).
func (p *Publisher) send(ctx context.Context, watch oci.Observer, topic string, m message) error {
	body, err := strict.Marshal(m.details())
	if err != nil {
		return err
	}
	_, err = p.notifications.Do(ctx, watch, oci.Call{API: "PublishMessage", Method: http.MethodPost, Path: pathOf(topic) + "/messages", Body: body})
	return err
}

func pathOf(topic string) string { return "/20181201/topics/" + url.PathEscape(topic) }

// Probe reads the topic once, as a check of the way to Notifications (GetTopic). The endpoint is the address.
func (p *Publisher) Probe(ctx context.Context, watch oci.Observer, topic string) (got oci.Answer, endpoint string, err error) {
	got, err = p.notifications.Do(ctx, watch, oci.Call{API: "GetTopic", Method: http.MethodGet, Path: pathOf(topic), Once: true})
	return got, p.notifications.Endpoint(watch.Log), err
}

// logUnsent logs failures that have no topic: only the log holds them.
func logUnsent(ctx context.Context, watch oci.Observer, m message) {
	for _, one := range m.publications {
		if fault := one.Result.Error; fault != nil {
			logUnpublished(ctx, watch, "failure has no topic (DEAD_LETTER_TOPIC_OCID=none)", one, fault)
		}
	}
}

// logUnpublished logs a result that is not published, with the digest of its record.
func logUnpublished(ctx context.Context, watch oci.Observer, text string, p events.Publication, err error) {
	attributes := append(p.Result.LogAttrs(), events.AsError(err).LogAttrs()...)
	if len(p.Original) > 0 {
		attributes = append(attributes, slog.String("eventSha256", events.Digest(p.Original)))
	}
	watch.Log.LogAttrs(ctx, slog.LevelError, text, attributes...)
}
