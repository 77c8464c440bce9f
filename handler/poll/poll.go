// Package poll follows invitations to their end: it tells what has become of each, and has expired ones sent again.
//
// There is no database. A tag of the invitation holds the status that was told last. It is written after the event was published, so the next
// poll tells again what a killed one has told, and misses nothing.
package poll

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
	"sender-invitations/handler/publish"
	"sender-invitations/handler/work"
)

// Options are what a poll needs.
type Options struct {
	Session   *invitations.Session
	Publisher *publish.Publisher
	Watch     oci.Observer
	// Sender is the OCID of the sender tenancy.
	Sender string
	// Expiring is the time before the end of a pending invitation in which it is told as expiring; 0 if that is not told.
	Expiring time.Duration
	// Resend is the maximum number of times in a row that an expired invitation is sent again.
	Resend int
	// Again sends expired invitations again, and publishes the results. It returns the ids of the invitations for which this must be tried
	// once more, and the number of invitations sent.
	Again func(ctx context.Context, expired []Expired) (open []string, sent int)
	// DryRun is true if no tag is written.
	DryRun bool
	// Concurrency is the maximum number of tags that are written at a time.
	Concurrency int
}

// Expired is an expired invitation that is to be sent again, with the id of the event that has told it.
type Expired struct {
	invitations.Change
	EventID string
}

// poll is a poll under way.
type poll struct {
	Options
	trigger *events.Trigger
	result  events.Poll
	counts  publish.Counts
	// batch holds changes that are not told yet. from is the token of the page with the first of them, next that of the last page.
	batch      []invitations.Change
	from, next string
}

// batchSize is the number of changes that are told together. They are a few messages of 64 KB.
const batchSize = 100

// errTime tells that time ran out before everything was told.
var errTime = errors.New("the poll's time ran out")

// Run carries out a poll that the trigger asks for. It tells while it lists, so that a poll that runs out of time has made progress, and its
// memory does not grow with the number of invitations. The error is an [*events.Error]; what was told until then stays told. Counts are those of the
// events that tell changes.
func Run(ctx context.Context, options Options, c command.Command, trigger *events.Trigger) (events.Result, publish.Counts, error) {
	p := &poll{Options: options, trigger: trigger, from: c.Page, result: events.Poll{Counts: map[string]int{}}}
	err := p.run(ctx, c)
	result := events.Result{Outcome: events.Polled, Poll: &p.result}
	if errors.Is(err, errTime) || errors.Is(err, answers.ErrMorePages) {
		p.result.More, result.OpcNextPage, err = true, p.from, nil
	}
	return result, p.counts, err
}

func (p *poll) run(ctx context.Context, c command.Command) error {
	// The last quarter of the time is for telling: else a tenancy whose list takes all the time would never learn anything.
	listing, cancel := oci.Quarters(ctx, 3)
	defer cancel()
	for seen, err := range p.Session.Follow(listing, p.Watch, c, p.Expiring) {
		if p.next = seen.Token; len(p.batch) == 0 {
			p.from = p.next
		}
		for status, count := range seen.Counts {
			p.result.Counts[status] += count
		}
		p.batch = append(p.batch, seen.Changes...)
		if err == nil && len(p.batch) < batchSize {
			continue
		}
		if fault := p.tell(ctx); fault != nil || err != nil {
			return cmp.Or(fault, err)
		}
	}
	return p.tell(ctx)
}

// tell publishes the changes of the batch, sends the expired invitations again that were not sent too often, and marks what is done.
func (p *poll) tell(ctx context.Context) error {
	if len(p.batch) == 0 {
		return nil
	}
	if !oci.HasTime(ctx, 0) {
		return errTime
	}
	told, err := p.publish(ctx)
	var expired, others []telling
	for _, t := range told {
		if t.Outcome == events.Expired && t.Resent < p.Resend {
			expired = append(expired, t)
		} else {
			others = append(others, t)
		}
	}
	marked := p.mark(ctx, others) // first, for sending again can take all the time
	open := p.sendAgain(ctx, expired)
	expired = slices.DeleteFunc(expired, func(t telling) bool { return slices.Contains(open, t.ID) })
	marked = p.mark(ctx, expired) && marked
	switch {
	case !oci.HasTime(ctx, lastWait) && (err != nil || !marked || len(open) > 0):
		return errTime
	case err != nil:
		return err
	}
	p.batch, p.from = nil, p.next
	return nil
}

// lastWait is the time that must be left for another try after a failure. If there is less, the failure counts as one of time: a topic that
// takes no more is tried until the last moment.
const lastWait = time.Second

// telling is a change with the event that tells it.
type telling struct {
	invitations.Change
	event emit.Publication
}

// publish publishes the events of the batch. It returns those that were published.
func (p *poll) publish(ctx context.Context) (told []telling, err error) {
	failures := p.failures(ctx)
	var publications []emit.Publication
	for _, change := range p.batch {
		told = append(told, telling{change, p.event(change, failures[change.ID])})
		publications = append(publications, told[len(told)-1].event)
	}
	counts, err := p.Publisher.Publish(ctx, p.Watch, publications)
	p.counts.Add(counts)
	told = slices.DeleteFunc(told, func(t telling) bool { return slices.Contains(counts.Lost, t.event.ID()) })
	for _, t := range told {
		p.Watch.Log.LogAttrs(ctx, slog.LevelInfo, "status told", append(t.event.Result.LogAttrs(), slog.Bool("dryRun", p.DryRun))...)
	}
	p.result.Told += len(told)
	if err != nil {
		err = events.NewError(http.StatusServiceUnavailable, "ServiceUnavailable", "poll: some events could not be published; the next poll tells them")
	}
	return told, err
}

// failures returns why invitations of the batch have failed, by their ids, as far as that can be found.
func (p *poll) failures(ctx context.Context) map[string]*events.Error {
	var ids []string
	for _, change := range p.batch {
		if change.Outcome == events.Failed {
			ids = append(ids, change.ID)
		}
	}
	return work.Failures(ctx, p.Session, p.Watch, p.Sender, ids)
}

// event returns the event that tells the change. The fault is why the invitation has failed; nil if it has not, or if that is not known.
func (p *poll) event(change invitations.Change, fault *events.Error) emit.Publication {
	result := events.Result{Operation: command.Poll.Name, Outcome: change.Outcome, DryRun: p.DryRun, Invitation: change.Invitation,
		OpcRequestID: change.OpcRequestID, Trigger: p.trigger, Error: fault}
	if !change.Expires.IsZero() {
		result.Expires = change.Expires.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return emit.Publication{Told: true, Result: result}
}

// sendAgain has the expired invitations sent again. It returns the ids of those for which this must be tried again.
func (p *poll) sendAgain(ctx context.Context, told []telling) (open []string) {
	if len(told) == 0 {
		return nil
	}
	var expired []Expired
	for _, t := range told {
		expired = append(expired, Expired{t.Change, t.event.ID()})
	}
	open, sent := p.Again(ctx, expired)
	p.result.Resent += sent
	return open
}

// mark writes the tags of what was told; it returns false if some were not written. Where the service refuses the tag, the next poll tells
// the change again.
func (p *poll) mark(ctx context.Context, told []telling) bool {
	if p.DryRun {
		return true
	}
	faults := make([]error, len(told))
	parallel.Each(len(told), p.Concurrency, func(index int) { faults[index] = p.Session.Mark(ctx, p.Watch, told[index].Change) })
	all := true
	for index, err := range faults {
		if fault := events.AsError(err); fault != nil {
			all = false
			p.Watch.Log.LogAttrs(ctx, slog.LevelWarn, "the tag senderinvitation-told could not be written: the event comes again",
				append([]slog.Attr{slog.String("invitation", told[index].ID)}, fault.LogAttrs()...)...)
		}
	}
	return all
}
