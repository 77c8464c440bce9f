package handler

import (
	"context"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/invitations"
)

// await waits for the work requests of the tasks whose commands ask for it. The tasks wait side by side, after all commands are carried out.
func (i *invocation) await(ctx context.Context, tasks []*task) {
	var waiting []*task
	var works []*invitations.Work
	for _, t := range tasks {
		if t.work != nil {
			waiting, works = append(waiting, t), append(works, t.work)
		}
	}
	started := time.Now()
	i.session.Await(ctx, works)
	for _, t := range waiting {
		t.took += time.Since(started)
		t.Result.WorkRequest = &t.work.State
		if t.work.Failure != nil {
			t.Result.Outcome, t.Result.Error = events.Failed, t.work.Failure
		}
	}
}
