package invitations

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// candidates holds the invitations that a command by recipient tenancy may mean.
type candidates struct {
	pending  []reading
	newest   reading
	canceled reading // the newest CANCELED one
}

// selected returns the command with the id of its invitation: the one that it names, or the recipient's PENDING one.
func (r run) selected(ctx context.Context, c command.Command) (command.Command, error) {
	if c.SenderInvitationID != "" {
		return c, nil
	}
	found, err := r.candidates(ctx, c)
	if err != nil {
		return c, err
	}
	chosen, err := found.choose(c)
	c.SenderInvitationID = chosen.ID
	return c, err
}

// outdated reports whether the invitation that was selected for a recipient tenancy is no longer PENDING. A shared look may be some
// seconds old; a second selection looks again.
func outdated(c command.Command, status string) bool {
	return c.SenderInvitationID == "" && status != "PENDING"
}

// candidates lists the recipient's invitations.
func (r run) candidates(ctx context.Context, c command.Command) (found candidates, err error) {
	for one, err := range r.invitationsFor(ctx, c) {
		if err != nil {
			return found, err
		}
		found.newest = newer(found.newest, one)
		switch one.Status {
		case "PENDING":
			found.pending = append(found.pending, one)
		case "CANCELED":
			found.canceled = newer(found.canceled, one)
		}
	}
	return found, nil
}

// newer returns the invitation that was created later. An empty reading is older than any.
func newer(a, b reading) reading {
	if a.ID != "" && a.TimeCreated >= b.TimeCreated { // both are UTC, in the same form
		return a
	}
	return b
}

// choose returns the only PENDING invitation. If there is none, the error is NotAuthorizedOrNotFound; if there are several, it is a
// Conflict that names them.
func (found candidates) choose(c command.Command) (reading, error) {
	switch len(found.pending) {
	case 0:
		return reading{}, nonePending(c, found.newest.requestID)
	case 1:
		return found.pending[0], nil
	}
	const most = 10
	var ids []string
	for _, invitation := range found.pending[:min(len(found.pending), most)] {
		ids = append(ids, invitation.ID)
	}
	if more := len(found.pending) - most; more > 0 {
		ids = append(ids, fmt.Sprintf("and %d more", more))
	}
	return reading{}, conflict(c, found.newest.requestID, "the recipient tenancy has %d PENDING invitations; name one by senderInvitationId: %s",
		len(found.pending), strings.Join(ids, ", "))
}

// nonePending returns the error of a command by recipient tenancy that finds no PENDING invitation.
func nonePending(c command.Command, requestID string) *events.Error {
	return events.NotFound(c.Operation.Name + ": the recipient tenancy has no PENDING invitation").SeenIn(requestID)
}

// conflict returns a 409 that no repetition mends. The request id is that of the answer that shows the conflict.
func conflict(c command.Command, requestID, format string, args ...any) *events.Error {
	return events.NewError(http.StatusConflict, "Conflict", c.Operation.Name+": "+fmt.Sprintf(format, args...)).SeenIn(requestID)
}
