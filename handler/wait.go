package handler

import (
	"context"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/work"
)

// await waits for the work requests of the tasks whose commands ask for it. The tasks wait side by side, after all commands are carried out.
func (i *invocation) await(ctx context.Context, tasks []*task) {
	var waiting []*task
	var requests []*work.Request
	for _, t := range tasks {
		if t.work != nil {
			waiting, requests = append(waiting, t), append(requests, t.work)
		}
	}
	started := time.Now()
	work.Await(ctx, i.session, requests, i.config.Concurrency)
	for _, t := range waiting {
		t.took += time.Since(started)
		t.Result.WorkRequest = &t.work.State
		if t.work.Failure != nil {
			t.Result.Outcome, t.Result.Error = events.Failed, t.work.Failure
		}
	}
}
