package handler

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"sender-invitations/events"
)

// carryOutAll carries out the tasks' commands, at most CONCURRENCY at a time. Those of one recipient tenancy are carried
// out one after the other, in the order received, and past one that comes again none is begun, for it would overtake that
// one. Where a command names its invitation by id, the recipient must be found out first; that is done part by part, so
// that a list which takes longer than there is time gets somewhere each time that it comes.
func (i *invocation) carryOutAll(ctx context.Context, tasks []*task) {
	pending := i.validated(tasks)
	held := map[string]bool{}   // the recipient tenancies of records that come again
	several := len(pending) > 1 // one is in order with itself
	if several {
		i.pace, i.look = newPace(i.config.Concurrency), i.lookFor(ctx, pending)
	}
	for len(pending) > 0 {
		known, err := len(pending), error(nil)
		if several {
			known, err = i.findRecipients(ctx, i.part(pending))
		}
		i.carryOutPart(ctx, pending[:known], held)
		pending = pending[known:]
		if err != nil {
			pending[0].fail(err)
			for _, t := range pending[1:] {
				t.fail(notBegun("it is not known whether an earlier record, which comes again, is for the same recipient tenancy"))
			}
			return
		}
	}
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

// part is the beginning of the tasks that names at most CONCURRENCY invitations by id.
func (i *invocation) part(tasks []*task) []*task {
	ids := map[string]bool{}
	for index, t := range tasks {
		if id := t.command.SenderInvitationID; id != "" {
			ids[id] = true
		}
		if len(ids) > i.config.Concurrency {
			return tasks[:index]
		}
	}
	return tasks
}

// findRecipients sets the recipient tenancies of the tasks; of those that name an invitation by id, only the service knows
// them. An invitation that is not there is in order with itself alone, and so is one that is only to be read and cannot
// be. What was read the first command for the recipient need not read again. It returns how many tasks, from the first, have
// their recipient, and what keeps the next one from it.
func (i *invocation) findRecipients(ctx context.Context, tasks []*task) (known int, err error) {
	var named []Command // the first for each invitation
	placeOf := func(id string) int {
		return slices.IndexFunc(named, func(c Command) bool { return c.SenderInvitationID == id })
	}
	for _, t := range tasks {
		if id := t.command.SenderInvitationID; id != "" && placeOf(id) < 0 {
			named = append(named, t.command)
		}
	}
	found, faults := make([]sighting, len(named)), make([]error, len(named))
	each(len(named), i.config.Concurrency, func(index int) {
		found[index].at = time.Now()
		found[index].reading, faults[index] = i.read(ctx, named[index])
	})
	begun := map[string]bool{} // the recipients of the tasks so far
	for index, t := range tasks {
		t.recipient = t.command.RecipientTenancyID
		if id := t.command.SenderInvitationID; id != "" {
			place := placeOf(id)
			if fault := events.AsError(faults[place]); fault != nil && fault.Retryable && t.command.operation.writes() {
				return index, fault
			}
			t.recipient = cmp.Or(found[place].RecipientTenancyID, id)
			if faults[place] == nil && !begun[t.recipient] {
				t.command.known = &found[place]
			}
		}
		begun[t.recipient] = true
	}
	return len(tasks), nil
}

// carryOutPart carries out tasks whose recipients are known, and adds to held the recipients of those that come again.
func (i *invocation) carryOutPart(ctx context.Context, tasks []*task, held map[string]bool) {
	lanes := lanesOf(tasks)
	each(len(lanes), i.config.Concurrency, func(index int) {
		i.carryOutLane(ctx, lanes[index], held[lanes[index][0].recipient])
	})
	for _, t := range tasks {
		if t.recipient != "" && comesAgain(t.Publication) {
			held[t.recipient] = true
		}
	}
}

// lanesOf groups the tasks by recipient tenancy. One that is for none, a list of all invitations, is in order with nothing.
func lanesOf(tasks []*task) [][]*task {
	var lanes [][]*task
	places := map[string]int{}
	for _, t := range tasks {
		place, known := places[t.recipient]
		if !known || t.recipient == "" {
			place = len(lanes)
			places[t.recipient] = place
			lanes = append(lanes, nil)
		}
		lanes[place] = append(lanes[place], t)
	}
	return lanes
}

// carryOutLane carries out tasks in order, none past one that comes again.
func (i *invocation) carryOutLane(ctx context.Context, lane []*task, held bool) {
	for _, t := range lane {
		i.attempt(t, func() error {
			switch {
			case held:
				return notBegun("an earlier record for the same recipient tenancy failed, and comes again")
			case !i.hasTime(ctx):
				return notBegun("the invocation's time ran out")
			}
			return i.carryOut(ctx, t)
		})
		held = held || comesAgain(t.Publication)
	}
}

// hasTime reports whether a record may be begun: one of a list, where others wait for the answer, only with the time that an
// attempt needs.
func (i *invocation) hasTime(ctx context.Context) bool {
	deadline, _ := ctx.Deadline()
	return ctx.Err() == nil && (i.pace == nil || time.Until(deadline) >= leastTime)
}

func notBegun(why string) *events.Error {
	return &events.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "not begun: " + why, Retryable: true}
}
