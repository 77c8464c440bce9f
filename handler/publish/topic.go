package publish

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"

	"sender-invitations/events/emit"
	"sender-invitations/events/strict"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
)

// maxMessage is the maximum size in bytes of an encoded PublishMessage request.
const maxMessage = 64 << 10

// maxEvents is the maximum size in bytes of a message's events within a JSON string: maxMessage without the title and the member names.
const maxEvents = maxMessage - 128

// maxEvent is the maximum size in bytes of an event within a JSON string. It holds for streams too, so that an event of a stream can be
// passed on to a topic.
const maxEvent = maxEvents - len("[]")

func registerNotifications(client *oci.Client, endpoint string) *oci.API {
	return client.Register(oci.Service{Name: "notifications", Endpoint: endpoint,
		New: func(provider common.ConfigurationProvider) (common.BaseClient, error) {
			made, err := ons.NewNotificationDataPlaneClientWithConfigurationProvider(provider)
			return made.BaseClient, err
		}})
}

// message holds what is published at once: one event, or several as a CloudEvents JSON batch
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#4-json-batch-format).
type message struct {
	publications []emit.Publication
	events       [][]byte
	packing
}

// packing is the size of a message's events within a JSON string, with separators.
type packing struct{ count, quoted int }

// fits reports whether the message has room for another event of that length within a JSON string.
func (m packing) fits(quoted int) bool {
	return m.count == 0 || m.quoted+quoted+len(",[]") <= maxEvents
}

func (m *packing) add(quoted int) {
	m.count++
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

// messages yields the messages of the results. It makes one at a time.
func (p *Publisher) messages(watch oci.Observer, results []emit.Publication, counts *Counts) iter.Seq[message] {
	return func(yield func(message) bool) {
		var pending message
		for _, one := range results {
			encoded, ok := p.encode(watch, one, counts)
			if !ok {
				continue
			}
			quoted := strict.QuotedLen(encoded)
			if !pending.fits(quoted) {
				if !yield(pending) {
					return
				}
				pending = message{}
			}
			pending.publications, pending.events = append(pending.publications, one), append(pending.events, encoded)
			pending.add(quoted)
		}
		if len(pending.events) > 0 {
			yield(pending)
		}
	}
}

// sendToTopic sends the results in as few messages as their order allows, because a topic takes 60 messages a minute. It sends CONCURRENCY
// messages at a time.
func (p *Publisher) sendToTopic(ctx context.Context, watch oci.Observer, share share, counts *Counts) {
	var ready []message
	for m := range p.messages(watch, share.results, counts) {
		if ready = append(ready, m); len(ready) == p.options.Concurrency {
			p.sendAll(ctx, watch, share.to, ready, counts)
			ready = nil
		}
	}
	p.sendAll(ctx, watch, share.to, ready, counts)
}

// sendAll sends the messages at the same time and counts their results.
func (p *Publisher) sendAll(ctx context.Context, watch oci.Observer, to Destination, messages []message, counts *Counts) {
	faults := make([]error, len(messages))
	parallel.Each(len(messages), len(messages), func(index int) { faults[index] = p.publish(ctx, watch, to, messages[index]) })
	for index, m := range messages {
		for _, one := range m.publications {
			if faults[index] == nil {
				counts.succeed(one)
			} else {
				counts.fail(ctx, watch, one, faults[index])
			}
		}
	}
}

// publish publishes one message (PublishMessage of the Notifications API).
func (p *Publisher) publish(ctx context.Context, watch oci.Observer, to Destination, m message) error {
	body, err := strict.Marshal(m.details())
	if err != nil {
		return err
	}
	_, err = p.notifications.Do(ctx, watch, oci.Call{API: "PublishMessage", Method: http.MethodPost, Path: topicPath(to.Topic) + "/messages",
		Body: body, Pace: p.paces[to]})
	return err
}

func topicPath(topic string) string { return "/20181201/topics/" + url.PathEscape(topic) }

// ProbeTopic reads the topic once, as a check of the way to Notifications (GetTopic). The endpoint is the address.
func (p *Publisher) ProbeTopic(ctx context.Context, watch oci.Observer, topic string) (got oci.Answer, endpoint string, err error) {
	got, err = p.notifications.Do(ctx, watch, oci.Call{API: "GetTopic", Method: http.MethodGet, Path: topicPath(topic), Once: true})
	return got, p.notifications.Endpoint(watch.Log), err
}
