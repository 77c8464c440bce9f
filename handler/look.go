package handler

import (
	"context"
	"iter"
	"sync"
	"time"

	"sender-invitations/events"
)

// look is one look at the sender tenancy's invitations for all records of a list: the first command for each recipient
// tenancy finds here what it would have listed. Those that follow look for themselves, for they are to see what was done
// before.
//
// It is made after the list was delivered, so it misses nothing that its events come after. What others do meanwhile is seen
// or not, as with any look before a write, for a little longer: a command then has the effect that it would have had at the
// time of the look. A create may find "existing" what is just being canceled; or not see what another event makes, and make
// a second invitation, as two events at the same time do; one of the same event the service drops, for it has the same retry
// token. What an update or get is for is read again, and selected anew if it is PENDING no more; a cancel is named to the
// service, which refuses what cannot be done (IncorrectState), and then it is read again.
type look struct {
	// list lists all invitations on the pages that are wanted; if there are more, it is an error.
	list  func(wanted func(pages int) bool) iter.Seq2[reading, error]
	share int // CONCURRENCY

	mu     sync.Mutex // also held while it is made, so that this is done once
	wanted map[string]bool
	found  map[string][]reading // by recipient tenancy, of those that are wanted
	begun  time.Time            // zero: not yet
}

// freshFor is for how long the list goes by what it has read for its records.
const freshFor = 10 * time.Second

// lookFor is the look for the tasks. A command that is not to be retried, or has a request id of its own, looks for itself.
func (i *invocation) lookFor(ctx context.Context, tasks []*task) *look {
	wanted := map[string]bool{}
	for _, t := range tasks {
		if t.command.sharesLook() {
			wanted[t.command.RecipientTenancyID] = true
		}
	}
	return &look{wanted: wanted, share: i.config.Concurrency, list: func(wanted func(int) bool) iter.Seq2[reading, error] {
		return i.allInvitations(ctx, wanted)
	}}
}

// allInvitations are those of the sender tenancy, on the pages that are wanted. They are given a part of the time that is
// left: a list that takes too long is not to keep the records from getting anywhere.
func (i *invocation) allInvitations(ctx context.Context, wanted func(pages int) bool) iter.Seq2[reading, error] {
	return func(yield func(reading, error) bool) {
		deadline, _ := ctx.Deadline()
		ctx, cancel := context.WithTimeout(ctx, time.Until(deadline)/4)
		defer cancel()
		i.invitationsWhile(ctx, Command{operation: listOperation}, wanted)(yield)
	}
}

func (c Command) sharesLook() bool {
	return c.operation != listOperation && c.SenderInvitationID == "" && c.OpcRequestID == "" && !c.once()
}

// take takes out the recipient tenancy's invitations, if they are still to be had.
func (l *look) take(recipient string) (found []reading, ok bool) {
	if l == nil {
		return nil, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wanted[recipient] && time.Since(l.begun) > freshFor {
		l.make()
	}
	found, ok = l.found[recipient], l.wanted[recipient]
	l.drop(recipient)
	return found, ok
}

// forget is told of a record that was carried out for the recipient tenancy: the look does not show what that has done.
func (l *look) forget(recipient string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(recipient)
}

func (l *look) drop(recipient string) {
	delete(l.wanted, recipient)
	delete(l.found, recipient)
}

// make looks at what is wanted still. It gives up, and then each looks for himself: for one recipient; where it is dearer
// than that; where more is found than a delivery can be long; and where it fails, for whatever reason: what each finds by
// himself is the truth about him, and a service that is down gets no more calls than it would without this.
func (l *look) make() {
	l.begun, l.found = time.Now(), map[string][]reading{}
	if len(l.wanted) == 1 {
		l.wanted = nil
		return
	}
	size := 0
	for one, err := range l.list(l.worth) {
		if err == nil && l.wanted[one.RecipientTenancyID] {
			l.found[one.RecipientTenancyID] = append(l.found[one.RecipientTenancyID], one)
			size += len(one.raw)
		}
		if err != nil || size > events.MaxBody {
			l.wanted, l.found = nil, nil
			return
		}
	}
}

// quickLook is how long a look may take that is no quicker than single ones would be.
const quickLook = time.Second

// worth reports whether so many pages are no dearer than single looks, one for each recipient. Pages come one after the
// other, single looks CONCURRENCY at a time: of pages fewer can be read in the same time.
func (l *look) worth(pages int) bool {
	return pages <= max(1, len(l.wanted)/l.share) || pages <= len(l.wanted) && time.Since(l.begun) < quickLook
}
