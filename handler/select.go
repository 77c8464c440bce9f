package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sender-invitations/events"
)

// candidates are the invitations that a command by recipient tenancy may mean.
type candidates struct {
	pending    []events.Invitation
	newest     events.Invitation
	newestRaw  json.RawMessage
	newestTime time.Time
}

// selected returns the command with the id of its invitation: the one it names, else the recipient's PENDING one.
func (i *invocation) selected(ctx context.Context, c Command) (Command, error) {
	found, err := i.candidates(ctx, c)
	if err != nil {
		return c, err
	}
	return found.choose(c)
}

// choose sets the command's senderInvitationId, unless it has one. No PENDING invitation is NotAuthorizedOrNotFound,
// several are a Conflict that names them.
func (found candidates) choose(c Command) (Command, error) {
	if c.SenderInvitationID != "" {
		return c, nil
	}
	switch len(found.pending) {
	case 0:
		return c, events.NotFound(c.operation.name + ": the recipient tenancy has no PENDING invitation")
	case 1:
		c.SenderInvitationID = found.pending[0].ID
		return c, nil
	}
	const most = 10
	var ids []string
	for _, invitation := range found.pending[:min(len(found.pending), most)] {
		ids = append(ids, invitation.ID)
	}
	if more := len(found.pending) - most; more > 0 {
		ids = append(ids, fmt.Sprintf("and %d more", more))
	}
	return c, &events.Error{Status: http.StatusConflict, Code: "Conflict", Message: fmt.Sprintf(
		"%s: the recipient tenancy has %d PENDING invitations; name one by senderInvitationId: %s",
		c.operation.name, len(found.pending), strings.Join(ids, ", "))}
}

// candidates lists the recipient's invitations, every page of them. A command that names its invitation has none.
func (i *invocation) candidates(ctx context.Context, c Command) (candidates, error) {
	var found candidates
	if c.SenderInvitationID != "" {
		return found, nil
	}
	sender, err := i.sender()
	if err != nil {
		return found, err
	}
	query := url.Values{"compartmentId": {sender}, "recipientTenancyId": {c.RecipientTenancyID}}
	for {
		got, err := i.execute(ctx, c.read(basePath+"/senderInvitations", query.Encode()))
		if err != nil {
			return found, err
		}
		items, err := itemsOf(got)
		if err != nil {
			return found, err
		}
		for _, raw := range items {
			found.add(raw)
		}
		next := got.header.Get("opc-next-page")
		if next == "" || next == query.Get("page") {
			return found, nil
		}
		query.Set("page", next)
	}
}

func (found *candidates) add(raw json.RawMessage) {
	invitation := events.ReadInvitation(raw)
	var created struct {
		TimeCreated time.Time `json:"timeCreated"`
	}
	if json.Unmarshal(raw, &created) != nil {
		created.TimeCreated = time.Time{}
	}
	if found.newestRaw == nil || created.TimeCreated.After(found.newestTime) {
		found.newest, found.newestRaw, found.newestTime = invitation, raw, created.TimeCreated
	}
	if invitation.Status == "PENDING" {
		found.pending = append(found.pending, invitation)
	}
}
