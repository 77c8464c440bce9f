package handler

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"sender-invitations/events"
)

// carryOutAll carries out the tasks' commands, at most CONCURRENCY at a time. Those of one recipient tenancy are carried out one
// after the other, in the order received.
func (i *invocation) carryOutAll(ctx context.Context, tasks []*task) {
	pending := i.validated(tasks)
	lanes := lanesOf(pending, i.recipients(ctx, pending))
	each(len(lanes), i.config.Concurrency, func(index int) { i.carryOutLane(ctx, lanes[index]) })
}

// validated checks the commands against the sender tenancy, which needs credentials, and returns the tasks that still have
// one.
func (i *invocation) validated(tasks []*task) []*task {
	var pending []*task
	sender := sync.OnceValues(i.sender) // credentials that cannot be read are not tried again for each record
	for _, t := range tasks {
		if t.command.operation != nil {
			i.attempt(t, func() error {
				tenancy, err := sender()
				if err != nil {
					return err
				}
				return t.command.checkAgainst(tenancy)
			})
		}
		if t.command.operation != nil {
			pending = append(pending, t)
		}
	}
	return pending
}

// recipients are the recipient tenancies of the invitations that the tasks name by id: only the service knows them. A
// single task needs none, for there is nothing to keep it in order with.
func (i *invocation) recipients(ctx context.Context, tasks []*task) map[string]string {
	found := map[string]string{}
	if len(tasks) < 2 {
		return found
	}
	var ids []string
	for _, t := range tasks {
		id := t.command.SenderInvitationID
		if _, known := found[id]; id != "" && !known {
			found[id] = id // unless it is found, the invitation is in order with itself alone
			ids = append(ids, id)
		}
	}
	var mu sync.Mutex
	each(len(ids), i.config.Concurrency, func(index int) {
		path := commandNamed("get").pathOf(map[string]string{"senderInvitationId": ids[index]})
		got, err := i.execute(ctx, call{method: http.MethodGet, path: path})
		if recipient := events.ReadInvitation(got.body).RecipientTenancyID; err == nil && recipient != "" {
			mu.Lock()
			defer mu.Unlock()
			found[ids[index]] = recipient
		}
	})
	return found
}

// lanesOf groups the tasks by recipient tenancy. A list of all invitations is in order with nothing.
func lanesOf(tasks []*task, recipients map[string]string) [][]*task {
	var lanes [][]*task
	places := map[string]int{}
	for _, t := range tasks {
		recipient := t.command.RecipientTenancyID
		if recipient == "" {
			recipient = recipients[t.command.SenderInvitationID]
		}
		place, known := places[recipient]
		if !known || recipient == "" {
			place = len(lanes)
			places[recipient] = place
			lanes = append(lanes, nil)
		}
		lanes[place] = append(lanes[place], t)
	}
	return lanes
}

// carryOutLane carries out tasks in order. Past one that will come again, none is begun, for it would overtake that one.
func (i *invocation) carryOutLane(ctx context.Context, lane []*task) {
	overtakes := false
	for _, t := range lane {
		i.attempt(t, func() error {
			switch {
			case overtakes:
				return notBegun("an earlier record for the same recipient tenancy failed, and comes again")
			case ctx.Err() != nil:
				return notBegun("the invocation's time ran out")
			}
			return i.carryOut(ctx, t)
		})
		overtakes = overtakes || comesAgain(t.Publication)
	}
}

func notBegun(why string) *events.Error {
	return &events.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "not begun: " + why, Retryable: true}
}

// each calls do with 0 to n-1, at most limit at a time, and returns when all have returned. A panic of one is a panic
// here.
func each(n, limit int, do func(int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	var fault atomic.Pointer[string]
	for range min(n, limit) {
		workers.Go(func() {
			defer func() {
				if panicked := recover(); panicked != nil {
					told := fmt.Sprintf("%v\n%s", panicked, debug.Stack()) // the stack ends here
					fault.Store(&told)
				}
			}()
			for index := int(next.Add(1)) - 1; index < n; index = int(next.Add(1)) - 1 {
				do(index)
			}
		})
	}
	workers.Wait()
	if told := fault.Load(); told != nil {
		panic(*told)
	}
}
