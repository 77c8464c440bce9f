package handler

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"sender-invitations/events"
)

// candidates are the invitations that a command by recipient tenancy may mean.
type candidates struct {
	pending []reading
	newest  reading
	// canceled is the newest of those that are CANCELED, if any is.
	canceled reading
}

// selected returns the command with the id of its invitation: the one it names, else the recipient's PENDING one.
func (i *invocation) selected(ctx context.Context, c Command) (Command, error) {
	if c.SenderInvitationID != "" {
		return c, nil
	}
	found, err := i.candidates(ctx, c)
	if err != nil {
		return c, err
	}
	chosen, err := found.choose(c)
	c.SenderInvitationID = chosen.ID
	return c, err
}

// outdated reports whether the invitation that was selected for a recipient tenancy is PENDING no more. What a list selects
// from may be some seconds old, but only the first time.
func (c Command) outdated(status string) bool {
	return c.SenderInvitationID == "" && status != "PENDING"
}

// candidates lists the recipient's invitations.
func (i *invocation) candidates(ctx context.Context, c Command) (found candidates, err error) {
	for one, err := range i.invitationsFor(ctx, c) {
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

// newer is the one of the two that was created later; an invitation that is not there is older than any.
func newer(a, b reading) reading {
	if a.ID != "" && a.TimeCreated >= b.TimeCreated { // both in UTC, and in one form
		return a
	}
	return b
}

// choose returns the one PENDING invitation. None is NotAuthorizedOrNotFound, several are a Conflict that names them.
func (found candidates) choose(c Command) (reading, error) {
	switch len(found.pending) {
	case 0:
		return reading{}, c.nonePending(found.newest.requestID)
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
	return reading{}, c.conflict(found.newest.requestID, "the recipient tenancy has %d PENDING invitations; name one by senderInvitationId: %s",
		len(found.pending), strings.Join(ids, ", "))
}

// nonePending is the fault of a command by recipient tenancy, seen in the answer to that request.
func (c Command) nonePending(requestID string) *events.Error {
	fault := events.NotFound(c.operation.name + ": the recipient tenancy has no PENDING invitation")
	fault.OpcRequestID = requestID
	return fault
}

// conflict is a 409 that no repetition mends, seen in the answer to that request.
func (c Command) conflict(requestID, format string, args ...any) *events.Error {
	return &events.Error{Status: http.StatusConflict, Code: "Conflict", OpcRequestID: requestID,
		Message: c.operation.name + ": " + fmt.Sprintf(format, args...)}
}
