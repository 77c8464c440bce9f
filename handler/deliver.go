package handler

import (
	"context"
	"net/http"
	"slices"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/oci"
)

// results holds a publication for each record of a delivery, in the order received.
type results []emit.Publication

// deliver maps the records of a delivery to commands, executes them and publishes their results. A record that could not be decoded is
// published only if undecodable is set: otherwise the caller learns of it from the status. The error tells that a result could not be
// published.
func (i *invocation) deliver(parent context.Context, delivery events.Delivery, records []events.Record, undecodable bool) (results, error) {
	work, publishing, cancel := i.budget.Contexts(parent)
	defer cancel()
	tasks := i.plan(work, delivery, records)
	i.execute(work, tasks)
	i.await(work, tasks)
	done := i.conclude(tasks)
	return done, i.publish(publishing, done.published(undecodable))
}

// plan maps each record to a command. After the deadline, records that need rules fail as retryable.
func (i *invocation) plan(ctx context.Context, delivery events.Delivery, records []events.Record) (tasks []*task) {
	for index, record := range records {
		t := &task{}
		t.CallID, t.Records = i.callID, record.Records
		if record.Listed {
			t.Place = index + 1
		}
		if ctx.Err() != nil {
			t.unasked = oci.NotBegun("the invocation's time ran out")
		}
		i.planTask(t, delivery, record)
		tasks = append(tasks, t)
	}
	return tasks
}

// conclude logs and counts the results of the tasks.
func (i *invocation) conclude(tasks []*task) (done results) {
	for _, t := range tasks {
		if i.kept.Load() > events.MaxBody && t.Result.Error == nil && t.Result.IsRead() {
			t.Result = t.Result.Shortened() // the answer has no room for all that was read
		}
		t.Result.DryRun = i.config.DryRun()
		i.logTask(t)
		i.counts.count(t.Result)
		i.counts.addPoll(t)
		for _, also := range t.also {
			i.logTask(also)
			i.counts.countResult(also.Result)
		}
		done = append(done, t.Publication)
	}
	return done
}

// published returns the results to publish: all, or only those of records that could be decoded.
func (done results) published(undecodable bool) results {
	if undecodable {
		return done
	}
	return slices.DeleteFunc(slices.Clone(done), func(p emit.Publication) bool { return p.Key != "" }) // only that of an undecodable record has a key
}

// comesAgain reports whether a record failed and should be redelivered. A failed read is not: its caller sees the failure in the answer.
func comesAgain(p emit.Publication) bool {
	return p.Result.Error != nil && p.Result.Error.Retryable && !p.Result.IsRead()
}

func (done results) retryable() bool { return slices.ContainsFunc(done, comesAgain) }

// status returns the HTTP status of a delivery that did not fail as a whole.
func (done results) status() int {
	acted := func(p emit.Publication) bool { return p.Result.Outcome != events.Ignored }
	switch {
	case done.retryable():
		return http.StatusServiceUnavailable
	case len(done) > 0 && !slices.ContainsFunc(done, acted):
		return http.StatusAccepted
	}
	return http.StatusOK
}

// answer returns {"results": […]}. The platform takes no answer longer than a request, so a longer one has brief results. The published
// results are always complete.
func (done results) answer(status int) response {
	told, size := make([]events.Result, len(done)), 0
	for index, publication := range done {
		told[index] = publication.Result
		size += sizeOf(publication.Result)
	}
	if size <= events.MaxBody { // otherwise the answer would be too long
		answer := jsonResponse(status, map[string][]events.Result{"results": told})
		if len(answer.body) <= events.MaxBody {
			return answer
		}
	}
	for index := range told {
		told[index] = told[index].Bare()
	}
	return jsonResponse(status, map[string][]events.Result{"results": told})
}

// sizeOf returns the bytes of the result whose length OCI determines.
func sizeOf(r events.Result) int {
	size := len(r.Invitation)
	for _, one := range r.Invitations {
		size += len(one)
	}
	return size
}
