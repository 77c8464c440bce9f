package invitations

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/parallel"
)

// FindRecipients sets the recipient tenancies of the first orders. It reads the invitations that orders name by id. So that a long list
// makes progress in any time, it stops after CONCURRENCY different ids. It returns how many orders, from the first, have their recipient,
// and the error of reading the invitation of the next one.
//
// If an invitation cannot be read, its id takes the place of the recipient, so the order waits only for orders with the same id. The first
// order for a recipient need not read its invitation again.
func (s *Session) FindRecipients(ctx context.Context, watch oci.Observer, orders []*Order) (known int, err error) {
	orders = s.part(orders)
	var named []command.Command // the first command for each invitation
	placeOf := func(id string) int {
		return slices.IndexFunc(named, func(c command.Command) bool { return c.SenderInvitationID == id })
	}
	for _, order := range orders {
		if id := order.SenderInvitationID; id != "" && placeOf(id) < 0 {
			named = append(named, order.Command)
		}
	}
	found, faults := make([]sighting, len(named)), make([]error, len(named))
	r := run{Session: s, watch: watch}
	parallel.Each(len(named), s.options.Concurrency, func(index int) {
		found[index].at = time.Now()
		found[index].reading, faults[index] = r.read(ctx, named[index])
	})
	begun := map[string]bool{} // the recipients so far
	for index, order := range orders {
		order.Recipient = ocid.Plain(order.RecipientTenancyID)
		if id := order.SenderInvitationID; id != "" {
			place := placeOf(id)
			if fault := events.AsError(faults[place]); fault != nil && fault.Retryable && order.Operation.Writes() {
				return index, fault
			}
			order.Recipient = cmp.Or(found[place].recipient(), id)
			if faults[place] == nil && !begun[order.Recipient] {
				order.seen = &found[place]
			}
		}
		begun[order.Recipient] = true
	}
	return len(orders), nil
}

// part returns the first orders, as many as name at most CONCURRENCY invitations by id.
func (s *Session) part(orders []*Order) []*Order {
	ids := map[string]bool{}
	for index, order := range orders {
		if id := order.SenderInvitationID; id != "" {
			ids[id] = true
		}
		if len(ids) > s.options.Concurrency {
			return orders[:index]
		}
	}
	return orders
}
