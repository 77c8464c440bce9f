package handler

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"

	"sender-invitations/events"
)

// work is what came of a delivery: a publication for each record, in the order received.
type work []events.Publication

// deliver carries out the records of a delivery and publishes what came of them; what could not be decoded only if tells
// says so. The error says that not everything could be published.
func (i *invocation) deliver(parent context.Context, delivery events.Delivery, records []events.Record, tells bool) (work, error) {
	ctx, publishing, cancel := i.contexts(parent)
	defer cancel()
	kept := &atomic.Int64{}
	tasks := i.planAll(ctx, delivery, records)
	for _, t := range tasks {
		t.kept = kept
	}
	i.carryOutAll(ctx, tasks)
	var done, published work
	for _, t := range tasks {
		if kept.Load() > events.MaxBody && t.Result.Error == nil && isRead(t.Result) { // also what was read before it was too much
			t.brief()
		}
		t.Result.DryRun = i.dryRun()
		i.logRecord(t)
		i.metrics.add(t.Publication)
		done = append(done, t.Publication)
		if tells || t.Key == "" { // a key is that of what could not be decoded
			published = append(published, t.Publication)
		}
	}
	return done, i.publish(publishing, published)
}

// planAll plans the records. What the rules would have to be asked for is not planned once time has run out, and comes again;
// nor once the rules have taken all that they may for a delivery, for that would be so again.
func (i *invocation) planAll(ctx context.Context, delivery events.Delivery, records []events.Record) (tasks []*task) {
	spent := 0.0
	for _, record := range records {
		t := &task{}
		switch {
		case ctx.Err() != nil:
			t.unasked = notBegun("the invocation's time ran out")
		case spent > maxDeliverySteps:
			t.unasked = &events.Error{Status: http.StatusRequestEntityTooLarge, Code: "PayloadTooLarge",
				Message: "the rules have taken too long with the records before: send fewer at a time"}
		}
		i.planTask(t, delivery, record)
		spent += t.spent
		tasks = append(tasks, t)
	}
	return tasks
}

// comesAgain reports whether a redelivery may mend the record. A read is none of those: its caller has the answer.
func comesAgain(p events.Publication) bool {
	return p.Result.Error != nil && p.Result.Error.Retryable && !isRead(p.Result)
}

func (done work) retryable() bool { return slices.ContainsFunc(done, comesAgain) }

func isRead(r events.Result) bool {
	op := commandNamed(r.Operation)
	return op != nil && !op.writes()
}

// sizeOfResult is what of a result is as long as OCI made it.
func sizeOfResult(r events.Result) int {
	size := len(r.Invitation)
	for _, one := range r.Invitations {
		size += len(one)
	}
	return size
}

// answer is what the caller is told: {"results": […]}. The platform takes no answer that is larger than a request may
// be, so a larger one tells less of each record; what was published tells all.
func (done work) answer(status int) response {
	results, size := make([]events.Result, len(done)), 0
	for index, publication := range done {
		results[index] = publication.Result
		size += sizeOfResult(publication.Result)
	}
	if size <= events.MaxBody { // else it is not worth writing whole
		answer := jsonResponse(status, map[string][]events.Result{"results": results})
		if len(answer.body) <= events.MaxBody {
			return answer
		}
	}
	for index := range results {
		results[index] = results[index].Brief()
	}
	return jsonResponse(status, map[string][]events.Result{"results": results})
}
