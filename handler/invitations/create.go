package invitations

import (
	"context"
	"encoding/json"
	"maps"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// The ledger: freeform tags that tell which event an invitation was made for, and with which payload. An update keeps the tags.
const (
	keyTag    = "senderinvitation-key"
	digestTag = "senderinvitation-digest"
)

var ledgerTags = [command.LedgerTags]string{keyTag, digestTag}

// create makes an invitation, unless the event has made one or the recipient tenancy has one. The retry token makes the service drop
// a repeat for 24 hours, even before a list shows the first invitation.
func (r run) create(ctx context.Context, c command.Command) (events.Result, error) {
	digest, err := digestOf(c)
	if err != nil {
		return events.Result{}, err
	}
	var live reading
	known := map[string]reading{}
	for one, err := range r.invitationsFor(ctx, c) {
		switch {
		case err != nil:
			return events.Result{}, err
		case one.FreeformTags[keyTag] == r.key:
			return made(c, one, digest)
		case one.live() && (live.ID == "" || one.TimeCreated < live.TimeCreated): // the oldest, so that repeats choose the same one
			live = one
		}
		known[one.ID] = one
	}
	if live.ID != "" {
		return live.result(events.Existing), nil
	}
	got, err := r.ask(ctx, r.marked(c, digest))
	result := ResultOf(c.Operation, got)
	if fault := events.AsError(err); fault != nil && fault.Code == "InvalidatedRetryToken" {
		return r.madeElsewhere(ctx, c, digest, fault)
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
func (r run) madeElsewhere(ctx context.Context, c command.Command, digest string, refused *events.Error) (events.Result, error) {
	for one, err := range r.all(ctx, listFor(c, "")) {
		if err != nil {
			return events.Result{}, err
		}
		if one.FreeformTags[keyTag] == r.key {
			return made(c, one, digest)
		}
	}
	return events.Result{}, conflict(c, refused.OpcRequestID, "the retry token was used before, for another payload")
}

// made returns the result of a create whose event has made the invitation one already. Its status does not matter: a redelivery does not
// bring back a canceled invitation.
func made(c command.Command, one reading, digest string) (events.Result, error) {
	if known, ok := one.FreeformTags[digestTag]; ok && known != digest {
		return events.Result{}, conflict(c, one.requestID,
			"%s was made for the same event or retry token, but with another payload; the command or the rule has changed since", one.ID)
	}
	return one.result(events.Existing), nil
}

// digestOf returns the hash of the fields that the command sets on the new invitation.
func digestOf(c command.Command) (string, error) {
	details, err := c.Pick(c.Operation.Body...)
	if err != nil {
		return "", err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return "", err
	}
	value, err := canonical(encoded) // the values of defined tags are still as they were written
	return events.Hash(value), err
}

// marked returns the command with the ledger tags.
func (r run) marked(c command.Command, digest string) command.Command {
	tags := map[string]string{}
	maps.Copy(tags, c.FreeformTags)
	tags[keyTag], tags[digestTag] = r.key, digest
	c.FreeformTags = tags
	return c
}
