package invitations

import (
	"context"
	"iter"
	"sync"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
)

// look is one list of the sender tenancy's invitations for all commands of a delivery. The first command for each recipient tenancy
// takes its invitations from the look. Later commands for that recipient make a list of their own, for they must see what the first one
// did.
//
// The look is made after the delivery arrived, so it shows the invitations that the events are about. It may miss the changes of others in
// the last seconds, as any read before a write may. Two events for one recipient in two containers can then make two invitations; two
// deliveries of one event cannot, for the service knows the retry token. An update and a get read their invitation again, and the service
// refuses a cancel that comes too late (IncorrectState).
type look struct {
	// list lists all invitations. Before each page it asks wanted.
	list        func(wanted func(page int) bool) iter.Seq2[reading, error]
	concurrency int

	mu     sync.Mutex           // held while the look is made, so that it is made once
	wanted map[string]bool      // the recipient tenancies, by their ocid.Plain, whose invitations no command has taken yet
	found  map[string][]reading // the invitations of the wanted recipient tenancies
	begun  time.Time            // zero if the look is not made yet
}

// newLook returns a look for the orders. The list is made when an order first needs it.
func (s *Session) newLook(ctx context.Context, watch oci.Observer, orders []*Order) *look {
	wanted := map[string]bool{}
	for _, order := range orders {
		if sharesLook(order.Command) {
			wanted[ocid.Plain(order.RecipientTenancyID)] = true
		}
	}
	r := run{Session: s, watch: watch}
	return &look{wanted: wanted, concurrency: s.options.Concurrency, list: func(wanted func(int) bool) iter.Seq2[reading, error] {
		return r.everything(ctx, wanted)
	}}
}

// everything yields all invitations of the sender tenancy. It takes at most a quarter of the time that is left, so that a
// slow list leaves time for the records.
func (r run) everything(ctx context.Context, wanted func(page int) bool) iter.Seq2[reading, error] {
	return func(yield func(reading, error) bool) {
		ctx, cancel := oci.Quarters(ctx, 1)
		defer cancel()
		r.invitations(ctx, command.Command{Operation: command.List}, wanted)(yield)
	}
}

// sharesLook reports whether the command takes its invitations from the look. A command that must not be retried, or that has its own
// request id, makes a list of its own.
func sharesLook(c command.Command) bool {
	return c.Operation != command.List && c.SenderInvitationID == "" && c.OpcRequestID == "" && !c.Once()
}

// invitationsFor yields the invitations of the command's recipient tenancy.
func (r run) invitationsFor(ctx context.Context, c command.Command) iter.Seq2[reading, error] {
	if sharesLook(c) {
		if found, ok := r.look.take(ocid.Plain(c.RecipientTenancyID)); ok {
			return func(yield func(reading, error) bool) {
				for _, one := range found {
					if !yield(one, nil) {
						return
					}
				}
			}
		}
	}
	return r.listed(ctx, c)
}

// listed lists the invitations of the command's recipient tenancy. OCI's filter may compare letter by letter. So if the OCID is not in its
// plain form, listed lists all invitations and keeps those of the tenancy.
func (r run) listed(ctx context.Context, c command.Command) iter.Seq2[reading, error] {
	wanted := ocid.Plain(c.RecipientTenancyID)
	if wanted == c.RecipientTenancyID {
		return r.all(ctx, listFor(c, wanted))
	}
	return func(yield func(reading, error) bool) {
		for one, err := range r.all(ctx, listFor(c, "")) {
			recipient := one.recipient()
			if (recipient == wanted || recipient == "") && !yield(one, err) { // "": the list, or the invitation, cannot be read
				return
			}
		}
	}
}

// take removes the recipient's invitations from the look and returns them; false if the look does not have them. It makes the look if
// there is none yet, or if it is too old.
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

// forget removes the recipient's invitations, for a command has just changed them.
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

// make lists the invitations. It gives up if only one recipient is left, if a list for each recipient is cheaper, if the invitations would
// take more memory than a delivery, or if the list fails; each command then lists its own recipient's invitations.
func (l *look) make() {
	l.begun, l.found = time.Now(), map[string][]reading{}
	if len(l.wanted) == 1 {
		l.wanted = nil
		return
	}
	size := 0
	for one, err := range l.list(l.worth) {
		if recipient := one.recipient(); err == nil && l.wanted[recipient] {
			l.found[recipient] = append(l.found[recipient], one)
			size += len(one.raw)
		}
		if err != nil || size > events.MaxBody {
			l.wanted, l.found = nil, nil
			return
		}
	}
}

// quickLook is the time that a look may take even if a list for each recipient would be as quick.
const quickLook = time.Second

// worth reports whether reading that many pages costs no more than a list for each recipient. Pages are read one after the other, the
// lists CONCURRENCY at a time.
func (l *look) worth(pages int) bool {
	return pages <= max(1, len(l.wanted)/l.concurrency) || pages <= len(l.wanted) && time.Since(l.begun) < quickLook
}
