package handler

import (
	"cmp"
	"context"
	"sync"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/parallel"
	"sender-invitations/handler/work"
)

// execute carries out the commands of the tasks, at most CONCURRENCY at a time. The tasks of one recipient tenancy are a lane: they are
// carried out one after the other, in the order received. If one fails and comes again, the later ones are blocked, so that they do not
// overtake it. The recipient of an invitation that is named by its id must be read first. That is done part by part, so that a list that
// needs more time than one invocation has makes progress with each delivery.
//
// Polls are carried out last, one after the other, for a poll may send to any recipient tenancy.
func (i *invocation) execute(ctx context.Context, tasks []*task) {
	pending := i.validated(tasks)
	if i.alone = len(pending) == 1; i.alone {
		i.lane(ctx, pending, false)
		return
	}
	var polls, others []*task
	for _, t := range pending {
		if t.order.Operation == command.Poll {
			polls = append(polls, t)
		} else {
			others = append(others, t)
		}
	}
	i.executeList(ctx, others)
	for _, t := range polls {
		i.carryOut(ctx, t, false)
	}
}

// executeList is execute for the tasks of a list that are no polls.
func (i *invocation) executeList(ctx context.Context, pending []*task) {
	orders := ordersOf(pending)
	i.session.Share(ctx, i.watch, orders)
	blocked := map[string]bool{} // the recipient tenancies of records that come again
	for len(pending) > 0 {
		known, err := i.session.FindRecipients(ctx, i.watch, orders)
		i.lanes(ctx, pending[:known], blocked)
		pending, orders = pending[known:], orders[known:]
		if err != nil {
			pending[0].fail(err)
			for _, t := range pending[1:] {
				t.fail(oci.NotBegun("an earlier record failed, and it is not known whether it is for the same recipient tenancy"))
			}
			return
		}
	}
}

// validated checks the commands against the sender tenancy and returns the tasks that still have one.
func (i *invocation) validated(tasks []*task) (pending []*task) {
	sender := sync.OnceValues(func() (string, error) { return i.client.Tenancy(i.watch.Log) }) // asked once for all records
	for _, t := range tasks {
		if t.order == nil {
			continue
		}
		i.do(t, func() error {
			tenancy, err := sender()
			if err != nil {
				return err
			}
			return t.checkSender(tenancy)
		})
		if t.order != nil {
			pending = append(pending, t)
		}
	}
	return pending
}

func ordersOf(tasks []*task) []*invitations.Order {
	orders := make([]*invitations.Order, len(tasks))
	for index, t := range tasks {
		orders[index] = t.order
	}
	return orders
}

// lanes carries out tasks whose recipients are known, and adds the recipients of those that come again to blocked.
func (i *invocation) lanes(ctx context.Context, tasks []*task, blocked map[string]bool) {
	recipients := make([]string, len(tasks))
	for index, t := range tasks {
		recipients[index] = t.order.Recipient
		if t.Recipient == "" && ocid.IsTenancy(t.order.Recipient) { // of an invitation that is named by its id
			t.Recipient = t.order.Recipient
		}
	}
	lanes := lanesOf(tasks)
	parallel.Each(len(lanes), i.config.Concurrency, func(index int) {
		i.lane(ctx, lanes[index], blocked[lanes[index][0].order.Recipient])
	})
	for index, t := range tasks {
		if recipients[index] != "" && comesAgain(t.Publication) {
			blocked[recipients[index]] = true
		}
	}
}

// lanesOf groups the tasks by recipient tenancy. A task without one, such as a list of all invitations, has a lane of its own.
func lanesOf(tasks []*task) [][]*task {
	var lanes [][]*task
	places := map[string]int{}
	for _, t := range tasks {
		place, known := places[t.order.Recipient]
		if !known || t.order.Recipient == "" {
			place = len(lanes)
			places[t.order.Recipient] = place
			lanes = append(lanes, nil)
		}
		lanes[place] = append(lanes[place], t)
	}
	return lanes
}

// lane carries out the tasks in order. After a task that comes again, it fails the others. blocked is set if an earlier task of the recipient
// comes again.
func (i *invocation) lane(ctx context.Context, tasks []*task, blocked bool) {
	for _, t := range tasks {
		i.carryOut(ctx, t, blocked)
		blocked = blocked || comesAgain(t.Publication)
	}
}

// carryOut carries out the command of the task, unless the task is blocked or no time is left.
func (i *invocation) carryOut(ctx context.Context, t *task, blocked bool) {
	defer i.ended(t, time.Now())
	switch {
	case blocked:
		t.fail(oci.NotBegun("an earlier record for the same recipient tenancy failed and must be carried out first"))
		return
	case !i.hasTime(ctx):
		t.fail(oci.NotBegun("the invocation's time ran out"))
		return
	}
	order, watch := *t.order, i.watch.Apart()
	t.tally = watch.Tally
	result, err := i.run(ctx, watch, t)
	result.Operation, result.Trigger, result.Previous = t.Result.Operation, t.Result.Trigger, t.Result.Previous
	t.Result, t.order = result, nil
	switch {
	case result.Outcome == events.Held:
		asked, fault := order.Asked()
		err = cmp.Or(fault, i.hold(&t.Publication, asked))
	case order.Wait && err == nil && i.wrote(result) && result.WorkRequestID == "":
		t.Result.WorkRequest = &events.WorkRequest{Error: oci.Doubted(order.Operation.API, "it has no opc-work-request-id").Permanent()}
	case order.Wait && err == nil && result.WorkRequestID != "":
		t.work = &work.Request{ID: result.WorkRequestID, RequestID: order.OpcRequestID, Watch: watch}
	}
	if result.IsRead() && i.kept.Add(int64(sizeOf(result))) > events.MaxBody {
		t.Result = t.Result.Shortened() // the results of many lists would fill the memory, and the answer has no room for them
	}
	if err != nil {
		t.fail(err)
	}
}

// wrote reports whether the result is that of a write to Organizations.
func (i *invocation) wrote(r events.Result) bool {
	return (r.Outcome == events.Created || r.Outcome == events.Canceled) && !i.config.DryRun()
}

// run carries out the order of the task.
func (i *invocation) run(ctx context.Context, watch oci.Observer, t *task) (events.Result, error) {
	if t.order.Operation == command.Poll {
		return i.poll(ctx, watch, t)
	}
	return i.session.Run(ctx, watch, *t.order)
}

// hasTime reports whether a task may begin. In a list, whose other results wait for the answer, there must be time for an attempt.
func (i *invocation) hasTime(ctx context.Context) bool {
	return i.alone && ctx.Err() == nil || oci.HasTime(ctx, 0)
}
