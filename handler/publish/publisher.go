// Package publish brings results to topics of the Notifications service and to streams of the Streaming service.
package publish

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
)

// Options are the settings of a [Publisher].
type Options struct {
	// NotificationsEndpoint replaces the address of the Notifications API. Optional.
	NotificationsEndpoint string
	// StreamingEndpoint is the messages endpoint of the streams. Required if there is a stream.
	StreamingEndpoint string
	// Results, Failures and Approvals are where the results go: failed ones to Failures, held ones to Approvals.
	Results, Failures, Approvals Destination
	// Prefix begins the types of the published events; Source is their source.
	Prefix, Source string
	// Concurrency is the maximum number of messages that are sent to a topic at a time.
	Concurrency int
}

// Destination is a topic or a stream.
type Destination struct {
	// Topic is the OCID of a topic, or "none" to publish nothing. It is empty if there is a stream.
	Topic string
	// Stream is the OCID of a stream.
	Stream string
}

// none is the topic of results that are not published.
const none = "none"

// IsNone reports whether nothing is published.
func (d Destination) IsNone() bool { return d.Topic == none }

// IsTopic reports whether the destination is a topic.
func (d Destination) IsTopic() bool { return d.Stream == "" && !d.IsNone() }

// Publisher publishes the results of the process.
type Publisher struct {
	options Options
	emitter emit.Emitter

	notifications  *oci.API // nil if there is no topic
	streaming      *oci.API // nil if there is no stream, likewise streamingAdmin
	streamingAdmin *oci.API

	// paces has one pace for each destination, which all invocations of the process share.
	paces map[Destination]*oci.Pace
}

// New returns a publisher that makes its calls with the client.
func New(client *oci.Client, options Options) *Publisher {
	p := &Publisher{
		options: options,
		emitter: emit.Emitter{Prefix: options.Prefix, Source: options.Source, Now: time.Now},
		paces:   map[Destination]*oci.Pace{},
	}
	for _, to := range p.Destinations() {
		p.paces[to] = oci.NewPatientPace(options.Concurrency)
		switch {
		case to.Stream != "" && p.streaming == nil:
			p.streaming, p.streamingAdmin = registerStreaming(client, options.StreamingEndpoint)
		case to.IsTopic() && p.notifications == nil:
			p.notifications = registerNotifications(client, options.NotificationsEndpoint)
		}
	}
	return p
}

// Destinations returns the different destinations of results, failures and held results, in this order. Some may be none.
func (p *Publisher) Destinations() (all []Destination) {
	for _, to := range []Destination{p.options.Results, p.options.Failures, p.options.Approvals} {
		if !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

// Counts tells how many results were published, how many of these were brief, and how many could not be published. Lost has the ids of the
// events that could not.
type Counts struct {
	Published, Brief, Unpublished int
	Lost                          []string
}

// Add adds other counts.
func (c *Counts) Add(other Counts) {
	c.Published, c.Brief, c.Unpublished = c.Published+other.Published, c.Brief+other.Brief, c.Unpublished+other.Unpublished
	c.Lost = append(c.Lost, other.Lost...)
}

// ErrUnpublished tells that a result could not be published. The log names each.
var ErrUnpublished = errors.New("a result could not be published")

// Publish publishes the results of a delivery: failures to one destination, other results to another. Results of reads and of ignored events
// are not published. While a destination takes no more, Publish waits, until ctx ends. If a result cannot be published, the error is
// [ErrUnpublished].
func (p *Publisher) Publish(ctx context.Context, watch oci.Observer, results []emit.Publication) (Counts, error) {
	shares := p.shares(results, watch.Trace.Parent())
	counted := make([]Counts, len(shares))
	parallel.Each(len(shares), len(shares), func(index int) { p.send(ctx, watch, shares[index], &counted[index]) }) // none waits for another's topic
	var counts Counts
	for _, one := range counted {
		counts.Add(one)
	}
	if counts.Unpublished > 0 {
		return counts, ErrUnpublished
	}
	return counts, nil
}

// send sends the results to where they go.
func (p *Publisher) send(ctx context.Context, watch oci.Observer, share share, counts *Counts) {
	switch {
	case share.to.IsNone():
		logUnsent(ctx, watch, share.results)
	case share.to.Stream != "":
		p.sendToStream(ctx, watch, share, counts)
	default:
		p.sendToTopic(ctx, watch, share, counts)
	}
}

// share holds the results that go to one destination.
type share struct {
	to      Destination
	results []emit.Publication
}

// shares divides the results by destination, and makes those that go to topics fit in maxMessages. All events have the same time: the length
// of a time varies, and what fits must fit when it is sent, too.
func (p *Publisher) shares(results []emit.Publication, traceParent string) (shares []share) {
	now, once := p.emitter.Now(), distinct(results)
	for _, to := range p.Destinations() {
		next := share{to: to}
		for _, one := range once {
			if isPublished(one.Result) && p.destinationOf(one) == to {
				one.TraceParent, one.Time = traceParent, now
				next.results = append(next.results, one)
			}
		}
		if len(next.results) > 0 {
			shares = append(shares, next)
		}
	}
	p.fit(shares, results)
	return shares
}

func isPublished(r events.Result) bool {
	return r.Outcome != events.Ignored && r.Outcome != events.Polled && !r.IsRead()
}

func (p *Publisher) destinationOf(one emit.Publication) Destination {
	switch {
	case one.IsFailure():
		return p.options.Failures
	case one.Result.Outcome == events.Held:
		return p.options.Approvals
	}
	return p.options.Results
}

// Approves reports whether held results are published.
func (p *Publisher) Approves() bool { return !p.options.Approvals.IsNone() }

// Holds reports whether a held result fits a message whole.
func (p *Publisher) Holds(one emit.Publication) bool {
	const trace = 128 // the event may get a trace context
	return p.emitter.Holds(one, maxEvent-trace)
}

// distinct removes repeats, for example of an event that a list has several times. Events with different originals are not repeats, for
// each of them can be delivered again.
func distinct(results []emit.Publication) (kept []emit.Publication) {
	type identity struct{ id, original string } // original is a digest, for the original can be as long as a body
	known := map[identity]bool{}
	for _, p := range results {
		this := identity{id: p.ID()}
		if p.CarriesOriginal() {
			this.original = events.Digest(p.Original)
		}
		if !known[this] {
			kept = append(kept, p)
		}
		known[this] = true
	}
	return kept
}

// encode returns the event of a result. It counts and logs a result that cannot be encoded; then ok is false.
func (p *Publisher) encode(watch oci.Observer, one emit.Publication, counts *Counts) (encoded []byte, ok bool) {
	encoded, err := p.emitter.Emit(one, maxEvent)
	if err != nil {
		counts.fail(context.Background(), watch, one, events.Internal())
	}
	return encoded, err == nil
}

func (c *Counts) succeed(one emit.Publication) {
	c.Published += max(1, one.Records)
	if one.Brief {
		c.Brief += max(1, one.Records)
	}
}

// fail counts and logs a result that could not be published.
func (c *Counts) fail(ctx context.Context, watch oci.Observer, one emit.Publication, err error) {
	c.Unpublished += max(1, one.Records)
	c.Lost = append(c.Lost, one.ID())
	if one.Told {
		logUnpublished(ctx, watch, slog.LevelWarn, "status could not be told: the next poll tells it", one, err)
		return
	}
	logUnpublished(ctx, watch, slog.LevelError, "result could not be published", one, err)
}

// logUnsent logs failures that have no topic: only the log holds them.
func logUnsent(ctx context.Context, watch oci.Observer, results []emit.Publication) {
	for _, one := range results {
		if fault := one.Result.Error; fault != nil && one.IsFailure() {
			logUnpublished(ctx, watch, slog.LevelError, "failure has no topic (DEAD_LETTER_TOPIC_OCID=none)", one, fault)
		}
	}
}

// logUnpublished logs a result that is not published, with the digest of its record.
func logUnpublished(ctx context.Context, watch oci.Observer, level slog.Level, text string, p emit.Publication, err error) {
	attributes := append(p.Result.LogAttrs(), events.AsError(err).LogAttrs()...)
	if len(p.Original) > 0 {
		attributes = append(attributes, slog.String("eventSha256", events.Digest(p.Original)))
	}
	watch.Log.LogAttrs(ctx, level, text, attributes...)
}
