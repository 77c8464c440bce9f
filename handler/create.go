package handler

import (
	"context"
	"encoding/json"
	"maps"

	"sender-invitations/events"
)

// The freeform tags by which an invitation tells which event it was made for, and of which payload: with them it is the
// ledger of what was done, and there is no database. An update never takes them away.
const (
	keyTag    = "senderinvitation-key"
	digestTag = "senderinvitation-digest"
)

var ledgerTags = []string{keyTag, digestTag}

// create makes an invitation, unless the event has made one or the recipient tenancy has one. The retry token, which is the
// event's key, makes the service itself drop, for 24 hours, a repeat that comes before the first is to be seen in a list.
func (i *invocation) create(ctx context.Context, c Command) (events.Result, error) {
	digest, err := c.digest()
	if err != nil {
		return events.Result{}, err
	}
	var live reading
	known := map[string]reading{}
	for one, err := range i.invitationsFor(ctx, c) {
		switch {
		case err != nil:
			return events.Result{}, err
		case one.FreeformTags[keyTag] == c.key:
			return c.made(one, digest)
		case one.live() && (live.ID == "" || one.TimeCreated < live.TimeCreated): // the oldest: the same one each time
			live = one
		}
		known[one.ID] = one
	}
	if live.ID != "" {
		return live.result(events.Existing), nil
	}
	result, err := i.perform(ctx, c.marked(digest))
	if fault := events.AsError(err); fault != nil && fault.Code == "InvalidatedRetryToken" {
		return i.madeElsewhere(ctx, c, digest, fault)
	}
	if one, ok := known[events.ReadInvitation(result.Invitation).ID]; ok && err == nil {
		// The service knew the retry token, and told what it had told then: somebody has taken the ledger's tags away.
		i.places.giveBack()
		return one.result(events.Existing), nil
	}
	return result, err
}

// madeElsewhere is the result of a create whose retry token the service knows with another payload. Where it was made for
// another recipient tenancy, only a look at all invitations finds what was made.
func (i *invocation) madeElsewhere(ctx context.Context, c Command, digest string, refused *events.Error) (events.Result, error) {
	for one, err := range i.invitations(ctx, c.listing("")) {
		if err != nil {
			return events.Result{}, err
		}
		if one.FreeformTags[keyTag] == c.key {
			return c.made(one, digest)
		}
	}
	return events.Result{}, c.conflict(refused.OpcRequestID, "the retry token was used before, for another payload")
}

// made is the result of a create whose event has made an invitation, whatever has become of it since: a redelivery does not
// bring back what was canceled.
func (c Command) made(one reading, digest string) (events.Result, error) {
	if known, ok := one.FreeformTags[digestTag]; ok && known != digest {
		return events.Result{}, c.conflict(one.requestID, "%s was made for the same event or retry token, but another payload; what was asked for, or the rule, has changed since", one.ID)
	}
	return one.result(events.Existing), nil
}

// live reports whether the invitation stands in the way of another for its recipient tenancy.
func (r reading) live() bool {
	return (r.Status == "PENDING" || r.Status == "ACCEPTED") && r.LifecycleState != "FAILED"
}

// digest is a hash of what the command says of the new invitation.
func (c Command) digest() (string, error) {
	details, err := c.pick(c.operation.body...)
	if err != nil {
		return "", err
	}
	encoded, err := json.Marshal(details)
	if err != nil {
		return "", err
	}
	value, err := canonical(encoded) // values of defined tags are as somebody wrote them
	return events.Hash(value), err
}

// marked is the command with the ledger's tags.
func (c Command) marked(digest string) Command {
	tags := map[string]string{}
	maps.Copy(tags, c.FreeformTags)
	tags[keyTag], tags[digestTag] = c.key, digest
	c.FreeformTags = tags
	return c
}
