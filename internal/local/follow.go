package main

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"sender-invitations/handler/command"
)

// follow follows the invitation to its end: the recipient tenancy accepts it, and a poll tells so. It fails unless the event that tells it
// is published.
func (p *player) follow(ctx context.Context, id string) error {
	if !slices.Contains(p.config.Commands, command.Poll.Name) {
		p.say("The invitation is not followed: COMMANDS has no poll")
		return nil
	}
	if err := p.stack.oci.Advance(2 * step); err != nil { // until the invitation is ACTIVE
		return err
	}
	if err := p.stack.oci.Accept(id); err != nil {
		return err
	}
	p.say("The recipient tenancy accepts the invitation; nobody tells the sender")
	polled, err := p.deliver(ctx, `Answer of the function to {"operation":"poll"}`, http.Header{}, []byte(`{"operation":"poll"}`))
	if err != nil {
		return err
	}
	if polled.Outcome != "polled" || polled.Told != 1 {
		return errors.New("the poll did not tell what has become of the invitation")
	}
	told, _ := p.invitation(id)
	accepted := result{Outcome: "accepted"}
	accepted.Invitation.ID, accepted.Invitation.RecipientTenancyID = id, told.RecipientTenancyID
	return p.published(accepted)
}
