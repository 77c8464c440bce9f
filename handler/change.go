package handler

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"sender-invitations/events"
)

// maxWrites is how often a change is tried because the invitation was changed in between.
const maxWrites = 5

// decision is what a command makes of an invitation as it was read: the command to carry out, or none if there is nothing to
// do.
type decision func(c Command, current reading) (write Command, needed bool, err error)

// change carries out on one invitation what is decided of it. Where the write is refused because the invitation was changed
// since it was read (412), or because the service is still at work on it (409 IncorrectState), it is read again and decided
// anew. Where that leads to nothing the error is the last refusal, which is retryable while the service is at work, and
// where no time is left to look again.
func (i *invocation) change(ctx context.Context, c Command, current reading, decide decision) (events.Result, error) {
	var refused events.Error
	before := current
	for made := 1; ; made++ {
		write, needed, err := decide(c, current)
		if err != nil {
			return events.Result{}, err
		}
		if !needed { // perhaps because an attempt of this very command took effect, and its answer was lost
			return current.result(events.Unchanged), nil
		}
		if made > 1 && !c.mayPass(refused, before, current) {
			return events.Result{}, &refused
		}
		got, err := i.ask(ctx, write)
		if !refusedForState(err) {
			return resultOf(c.operation, got), err
		}
		refused, before = *events.AsError(err), current
		most := maxWrites
		if refused.Code == "IncorrectState" {
			refused.Retryable, most = before.moving(), i.config.MaxAttempts
		}
		if c.once() || made >= most || refused.Retryable && !waited(ctx, waitBefore(made, got.header.Get("retry-after"))) {
			return events.Result{}, &refused
		}
		if current, err = i.read(ctx, c); err != nil {
			if ctx.Err() != nil { // no time was left for it
				refused.Retryable, err = true, &refused
			}
			return events.Result{}, err
		}
	}
}

// refusedForState reports whether the error says that the invitation is not, or not yet, what a write takes it for.
func refusedForState(err error) bool {
	fault := events.AsError(err)
	return fault != nil && (fault.Code == "NoEtagMatch" || fault.Code == "IncorrectState")
}

// mayPass reports whether a write that was refused may be accepted now. An etag of the caller's is not exchanged.
func (c Command) mayPass(refused events.Error, before, now reading) bool {
	if refused.Code == "NoEtagMatch" {
		return c.IfMatch == ""
	}
	return before.moving() || now.moving()
}

func (i *invocation) update(ctx context.Context, c Command) (events.Result, error) {
	asked := c
	c, err := i.selected(ctx, asked)
	if err != nil {
		return events.Result{}, err
	}
	current, err := i.firstRead(ctx, c)
	if err == nil && asked.outdated(current.Status) {
		if c, err = i.selected(ctx, asked); err == nil {
			current, err = i.read(ctx, c)
		}
	}
	if err != nil {
		return events.Result{}, err
	}
	return i.change(ctx, c, current, toUpdate)
}

// toUpdate merges the tags, for the API would replace them all, and lets the write be refused if the invitation is changed
// meanwhile. An etag of the caller's (ifMatch) is used as it is.
func toUpdate(c Command, current reading) (write Command, needed bool, err error) {
	if c.RecipientTenancyID != "" && current.Status != "PENDING" { // no longer the one that was chosen
		return c, false, c.nonePending(current.requestID)
	}
	c = c.merged(current)
	c.IfMatch = cmp.Or(c.IfMatch, current.etag)
	return c, !c.changesNothing(current), nil
}

func (i *invocation) cancel(ctx context.Context, c Command) (events.Result, error) {
	if c.SenderInvitationID == "" {
		return i.cancelFor(ctx, c)
	}
	current, err := i.firstRead(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	return i.cancelOne(ctx, c, current)
}

// cancelFor cancels the PENDING invitation of a recipient tenancy. Where there is none, and the newest is CANCELED, it is
// done.
func (i *invocation) cancelFor(ctx context.Context, c Command) (events.Result, error) {
	found, err := i.candidates(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	if len(found.pending) == 0 && found.newest.Status == "CANCELED" {
		return found.newest.result(events.Unchanged), nil
	}
	chosen, err := found.choose(c)
	if err != nil {
		return events.Result{}, err
	}
	result, err := i.cancelOne(ctx, c, chosen)
	fault := events.AsError(err)
	if fault != nil && fault.Code == "InvalidatedRetryToken" && c.OpcRetryToken == c.key && found.canceled.ID != "" {
		// The event has canceled an invitation before; the PENDING one is newer than that. A token that was given says no
		// such thing: another command may have used it.
		return found.canceled.result(events.Unchanged), nil
	}
	return result, err
}

func (i *invocation) cancelOne(ctx context.Context, c Command, current reading) (events.Result, error) {
	c.SenderInvitationID = current.ID
	result, err := i.change(ctx, c, current, toCancel)
	if err == nil && result.Outcome == events.Canceled {
		// The API answers without a body; what it made of the invitation is not known yet.
		result.Invitation, err = json.Marshal(events.Invitation{ID: current.ID, RecipientTenancyID: current.RecipientTenancyID})
	}
	return result, err
}

// toCancel leaves alone what is canceled. What has come to another end cannot be canceled any more.
func toCancel(c Command, current reading) (write Command, needed bool, err error) {
	if current.Status == "CANCELED" {
		return c, false, nil
	}
	err = current.cancelable()
	return c, err == nil, err
}

// cancelable says, with a fault, why the invitation cannot be canceled.
func (r reading) cancelable() error {
	switch r.Status {
	case "CANCELED", "ACCEPTED", "EXPIRED", "FAILED":
		return &events.Error{Status: http.StatusConflict, Code: "IncorrectState",
			Message: "cancel: the invitation is " + r.Status, OpcRequestID: r.requestID}
	}
	return nil
}
