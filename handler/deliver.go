package handler

import (
	"context"
	"slices"

	"sender-invitations/events"
)

// work is what came of a delivery: a publication for each record, in the order received.
type work []events.Publication

// answer is the body for the caller.
func (done work) answer() any {
	results := make([]events.Result, len(done))
	for index, publication := range done {
		results[index] = publication.Result
	}
	return map[string][]events.Result{"results": results}
}

// retryable reports whether a redelivery may mend a record. A read is none of those: its caller has the answer.
func (done work) retryable() bool {
	return slices.ContainsFunc(done, func(p events.Publication) bool {
		return p.Result.Error != nil && p.Result.Error.Retryable && !isRead(p.Result)
	})
}

func isRead(r events.Result) bool {
	op := commandNamed(r.Operation)
	return op != nil && !op.writes()
}

// deliver carries out the records of a delivery one after the other and publishes what came of them. The error says
// that not everything could be published.
func (i *invocation) deliver(parent context.Context, delivery events.Delivery, publishes func(events.Publication) bool) (work, error) {
	ctx, publishing, cancel := deadlines(parent)
	defer cancel()
	var done, published work
	for _, record := range events.Decode(delivery) {
		p := i.record(ctx, delivery, record)
		done = append(done, p)
		if publishes(p) {
			published = append(published, p)
		}
	}
	return done, i.publish(publishing, published)
}

func everything(events.Publication) bool { return true }

// decoded leaves out what could not be decoded: an HTTP caller is told so, a direct one is not.
func decoded(p events.Publication) bool { return p.Key == "" }
