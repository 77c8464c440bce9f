package handler

import (
	"context"
	"encoding/json"
	"net/http"

	"sender-invitations/events"
)

// maxReads is how often a change reads the invitation anew because it was changed in between.
const maxReads = 5

// decision is what a command makes of an invitation as it was read: the command to carry out, or none if there is nothing to
// do.
type decision func(c Command, current reading) (write Command, needed bool, err error)

// change carries out on one invitation what is decided of it. It reads the invitation again and decides anew where that was
// changed in between (412), and where the service is still at work on it (409 IncorrectState): this passes, any other
// IncorrectState does not.
func (i *invocation) change(ctx context.Context, c Command, current reading, decide decision) (events.Result, error) {
	overtaken := false // it began to move after it was read
	for made := 1; ; made++ {
		write, needed, err := decide(c, current)
		if err != nil || !needed {
			return current.result(c.operation, events.Unchanged), err
		}
		result, err := i.perform(ctx, write)
		fault, again := events.AsError(err), false
		switch {
		case fault == nil:
		case fault.Code == "NoEtagMatch":
			again = c.IfMatch == "" && made < maxReads
		case fault.Code == "IncorrectState" && current.moving():
			passes := *fault
			passes.Retryable = true
			err = &passes
			again = !c.once() && made < i.config.MaxAttempts && waited(ctx, waitBefore(made, ""))
		case fault.Code == "IncorrectState":
			again, overtaken = !overtaken, true
		}
		if !again {
			return result, err
		}
		if current, err = i.read(ctx, write); err != nil {
			return events.Result{}, err
		}
	}
}

func (i *invocation) update(ctx context.Context, c Command) (events.Result, error) {
	c, err := i.selected(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	current, err := i.read(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	return i.change(ctx, c, current, toUpdate)
}

// toUpdate merges the tags, for the API would replace them all, and lets the write be refused if the invitation is changed
// meanwhile. An etag of the caller's (ifMatch) is used as it is.
func toUpdate(c Command, current reading) (Command, bool, error) {
	etag := current.header.Get("etag")
	c = c.merged(current)
	needed := !c.changesNothing(current) || c.IfMatch != "" && c.IfMatch != etag
	if c.IfMatch == "" {
		c.IfMatch = etag
	}
	return c, needed, nil
}

func (i *invocation) cancel(ctx context.Context, c Command) (events.Result, error) {
	current, err := i.toBeCanceled(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	c.SenderInvitationID = current.ID
	result, err := i.change(ctx, c, current, toCancel)
	if err == nil && result.Outcome == events.Canceled {
		// The API answers without a body; what it made of the invitation is not known yet.
		result.Invitation, err = json.Marshal(events.Invitation{ID: current.ID, RecipientTenancyID: current.RecipientTenancyID})
	}
	return result, err
}

// toBeCanceled is the invitation that the command names by its id, or the recipient's PENDING one; if that has none, its
// newest one where it is CANCELED, for then it is done.
func (i *invocation) toBeCanceled(ctx context.Context, c Command) (reading, error) {
	if c.SenderInvitationID != "" {
		return i.read(ctx, c)
	}
	found, err := i.candidates(ctx, c)
	if err != nil {
		return reading{}, err
	}
	if len(found.pending) == 0 && found.newest.Status == "CANCELED" {
		return found.newest, nil
	}
	return found.choose(c)
}

// toCancel leaves alone what is canceled. What has come to another end cannot be canceled any more.
func toCancel(c Command, current reading) (write Command, needed bool, err error) {
	switch current.Status {
	case "CANCELED":
		return c, false, nil
	case "ACCEPTED", "EXPIRED", "FAILED":
		return c, false, &events.Error{Status: http.StatusConflict, Code: "IncorrectState",
			Message: "cancel: the invitation is " + current.Status, OpcRequestID: current.requestID()}
	}
	return c, true, nil
}
