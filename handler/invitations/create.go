package invitations

import (
	"context"
	"encoding/json"
	"maps"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// The ledger: freeform tags that tell which event an invitation was made for, and with which payload. An update keeps them.
const (
	keyTag    = "senderinvitation-key"
	digestTag = "senderinvitation-digest"
)

var ledgerTags = [command.LedgerTags]string{keyTag, digestTag}

// create makes an invitation, unless the event has made one or the recipient tenancy has one. The retry token makes the service drop
// a repeat for 24 hours, even one that comes before a list shows the first.
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
		case one.live() && (live.ID == "" || one.TimeCreated < live.TimeCreated): // the oldest, so that it is always the same one
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

// madeElsewhere returns the result of a create whose retry token the service knows with another payload. If that was for another
// recipient tenancy, only a list of all invitations shows what was made.
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

// made returns the result of a create whose event has made the invitation, whatever has become of it: a redelivery does not bring back
// a canceled invitation.
func made(c command.Command, one reading, digest string) (events.Result, error) {
	if known, ok := one.FreeformTags[digestTag]; ok && known != digest {
		return events.Result{}, conflict(c, one.requestID,
			"%s was made for the same event or retry token, but another payload; what was asked for, or the rule, has changed since", one.ID)
	}
	return one.result(events.Existing), nil
}

// digestOf returns the hash of what the command says of the new invitation.
func digestOf(c command.Command) (string, error) {
	details, err := c.Pick(c.Operation.Body...)
	if err != nil {
		return "", err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return "", err
	}
	value, err := canonical(encoded) // values of defined tags stand in it as they were written
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
