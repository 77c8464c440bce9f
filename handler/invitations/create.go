package invitations

import (
	"context"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// create makes an invitation, unless the event has made one or the recipient tenancy has one. The retry token makes the service drop
// a repeat for 24 hours, even before a list shows the first invitation.
func (r run) create(ctx context.Context, c command.Command) (events.Result, error) {
	ledger, err := newLedger(c, r.key)
	if err == nil && c.Previous != "" {
		ledger.resent, err = r.checkPrevious(ctx, c)
	}
	if err != nil {
		return events.Result{}, err
	}
	var live reading
	known := map[string]reading{}
	for one, err := range r.invitationsFor(ctx, c) {
		switch {
		case err != nil:
			return events.Result{}, err
		case ledger.shows(one):
			return one.result(events.Existing), nil
		case one.live() && (live.ID == "" || one.TimeCreated < live.TimeCreated): // the oldest, so that repeats choose the same one
			live = one
		}
		known[one.ID] = one
	}
	switch {
	case ledger.conflict != nil:
		return events.Result{}, ledger.conflict
	case live.ID != "":
		return live.result(events.Existing), nil
	}
	got, err := r.ask(ctx, ledger.marked())
	result := ResultOf(c.Operation, got)
	if fault := events.AsError(err); fault != nil && fault.Code == "InvalidatedRetryToken" {
		return r.madeElsewhere(ctx, ledger, fault)
	}
	if one, ok := known[events.ReadInvitation(result.Invitation).ID]; ok && err == nil {
		// The service repeated its answer to the same retry token: the invitation has lost its ledger tags.
		r.pending.release()
		return one.result(events.Existing), nil
	}
	return result, err
}

// madeElsewhere returns the result of a create whose retry token was used before with another payload. If that payload was for another
// recipient tenancy, only a list of all invitations shows the invitation.
func (r run) madeElsewhere(ctx context.Context, ledger *ledger, refused *events.Error) (events.Result, error) {
	for one, err := range r.all(ctx, listFor(ledger.create, "")) {
		if err != nil {
			return events.Result{}, err
		}
		if ledger.shows(one) {
			return one.result(events.Existing), nil
		}
	}
	if ledger.conflict != nil {
		return events.Result{}, ledger.conflict
	}
	return events.Result{}, conflict(ledger.create, refused.OpcRequestID, "the retry token was used before, with another payload; %s", otherKey)
}
