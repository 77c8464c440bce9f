package invitations

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
)

// maxWrites is the maximum number of writes of one change, if each is refused because the invitation has changed meanwhile.
const maxWrites = 5

// decision decides what a command does to an invitation: the command to write, or that no write is needed.
type decision func(c command.Command, current reading) (write command.Command, needed bool, err error)

// change writes the command that decide returns for the invitation. If the write is refused because the invitation was changed since it
// was read (412), or because the service is still at work on it (409 IncorrectState), it reads the invitation and decides again. If that
// does not help, the error is the last refusal. It is retryable while the service is at work, or if no time was left to read again.
func (r run) change(ctx context.Context, c command.Command, current reading, decide decision) (events.Result, error) {
	var refused *events.Error
	written := current // the invitation as it was before the last write
	retries := r.newRetries(c)
	for {
		write, needed, err := decide(c, current)
		if err != nil {
			return events.Result{}, err
		}
		if !needed { // perhaps this command took effect, and the answer was lost
			return current.result(events.Unchanged), nil
		}
		if refused != nil && !mayPass(c, refused, written, current) {
			return events.Result{}, refused
		}
		got, err := r.ask(ctx, write)
		if refused = refusal(err); refused == nil {
			return ResultOf(c.Operation, got), err
		}
		written = current
		if refused.Code == "IncorrectState" && written.moving() {
			refused = refused.Passing()
		}
		if !retries.mayRepeat(ctx, refused, got.Header.Get("retry-after")) {
			return events.Result{}, refused
		}
		if current, err = r.read(ctx, c); err != nil {
			if ctx.Err() != nil {
				err = refused.Passing()
			}
			return events.Result{}, err
		}
	}
}

// retries counts the writes of a change by the reason of their refusal, so that waiting for the service takes nothing from the writes that
// others' changes may cost.
type retries struct{ changed, state oci.Retry }

func (r run) newRetries(c command.Command) retries {
	if c.Once() {
		return retries{oci.Retry{Most: 1}, oci.Retry{Most: 1}}
	}
	return retries{oci.Retry{Most: maxWrites}, oci.Retry{Most: r.options.MaxAttempts}}
}

// mayRepeat reports whether a refused write may be repeated. If the service is at work on the invitation, it waits first.
func (r *retries) mayRepeat(ctx context.Context, refused *events.Error, retryAfter string) bool {
	switch {
	case refused.Code == "NoEtagMatch":
		return r.changed.Again()
	case !refused.Retryable:
		return r.state.Again()
	}
	return r.state.Wait(ctx, retryAfter)
}

// refusal returns the error if it says that the invitation has another etag, or a state that does not allow the write; else nil.
func refusal(err error) *events.Error {
	fault := events.AsError(err)
	if fault != nil && (fault.Code == "NoEtagMatch" || fault.Code == "IncorrectState") {
		return fault
	}
	return nil
}

// mayPass reports whether a write that was refused may be accepted now. The caller's own etag is not replaced.
func mayPass(c command.Command, refused *events.Error, before, now reading) bool {
	if refused.Code == "NoEtagMatch" {
		return c.IfMatch == ""
	}
	return before.moving() || now.moving()
}

// update changes the invitation's name and tags.
func (r run) update(ctx context.Context, c command.Command) (events.Result, error) {
	asked := c
	c, err := r.selected(ctx, asked)
	if err != nil {
		return events.Result{}, err
	}
	current, err := r.firstRead(ctx, c)
	if err == nil && outdated(asked, current.Status) {
		if c, err = r.selected(ctx, asked); err == nil {
			current, err = r.read(ctx, c)
		}
	}
	if err != nil {
		return events.Result{}, err
	}
	return r.change(ctx, c, current, toUpdate)
}

// toUpdate merges the tags, for the API would replace them all. The write has an etag, so that it is refused if the invitation changes
// meanwhile. The caller's own etag (ifMatch) is used as it is. Without any etag nothing is written.
func toUpdate(c command.Command, current reading) (write command.Command, needed bool, err error) {
	if c.RecipientTenancyID != "" && current.Status != "PENDING" { // no longer the invitation that was selected
		return c, false, nonePending(c, current.requestID)
	}
	c = merged(c, current)
	c.IfMatch, needed = cmp.Or(c.IfMatch, current.etag), !changesNothing(c, current)
	if needed && c.IfMatch == "" {
		return c, false, current.withoutEtag()
	}
	return c, needed, nil
}

// cancel cancels the invitation that the command names.
func (r run) cancel(ctx context.Context, c command.Command) (events.Result, error) {
	if c.SenderInvitationID == "" {
		return r.cancelFor(ctx, c)
	}
	current, err := r.firstRead(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	return r.cancelOne(ctx, c, current)
}

// cancelFor cancels the PENDING invitation of a recipient tenancy. If there is none and the newest one is CANCELED, it changes nothing.
func (r run) cancelFor(ctx context.Context, c command.Command) (events.Result, error) {
	found, err := r.candidates(ctx, c)
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
	result, err := r.cancelOne(ctx, c, chosen)
	fault := events.AsError(err)
	if fault != nil && fault.Code == "InvalidatedRetryToken" && c.OpcRetryToken == r.key && found.canceled.ID != "" {
		// The same event has canceled an older invitation. A retry token in the command would not show that: another command may have
		// used it.
		return found.canceled.result(events.Unchanged), nil
	}
	return result, err
}

func (r run) cancelOne(ctx context.Context, c command.Command, current reading) (events.Result, error) {
	c.SenderInvitationID = current.ID
	result, err := r.change(ctx, c, current, toCancel)
	if err == nil && result.Outcome == events.Canceled {
		// The API answers without a body, and the invitation's new state is not known yet.
		result.Invitation, err = json.Marshal(events.Invitation{ID: current.ID, RecipientTenancyID: current.RecipientTenancyID})
	}
	return result, err
}

// toCancel decides that an invitation is canceled unless it is CANCELED already.
func toCancel(c command.Command, current reading) (write command.Command, needed bool, err error) {
	if current.Status == "CANCELED" {
		return c, false, nil
	}
	err = current.cancelable()
	return c, err == nil, err
}

// cancelable returns an error if the invitation can no longer be canceled.
func (r reading) cancelable() error {
	switch r.Status {
	case "CANCELED", "ACCEPTED", "EXPIRED", "FAILED":
		return events.NewError(http.StatusConflict, "IncorrectState", "cancel: the invitation is "+r.Status).SeenIn(r.requestID)
	}
	return nil
}
