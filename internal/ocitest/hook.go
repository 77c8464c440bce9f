package ocitest

import (
	"fmt"
	"slices"
	"time"
)

// Advance puts the service's clock forward: invitations get older, and what is due
// by then happens. The clock of the callers stays, so signatures and session tokens
// remain valid. A clock cannot be put back: a negative d is an error.
func (s *Server) Advance(d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ahead := s.ahead.Load() + int64(d)
	if d < 0 || ahead < 0 {
		return fmt.Errorf("ocitest: the clock cannot be put forward by %s: give a duration from 0, and less than 292 years in all", d)
	}
	s.ahead.Store(ahead)
	return nil
}

// Invitations returns a copy of all invitations, oldest first.
func (s *Server) Invitations() []Invitation {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.now())
	list := make([]Invitation, len(s.invitations))
	for n, i := range s.invitations {
		list[n] = i.copy()
	}
	return list
}

// Invite makes an invitation for the recipient tenancy, as somebody would in the console, and returns its id.
func (s *Server) Invite(recipientTenancyID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	details := Invitation{CompartmentID: s.tenancy(), RecipientTenancyID: recipientTenancyID, Subjects: []string{"LINK"}}
	return s.add(details, request{now: now}).ID
}

// Accept makes an invitation ACCEPTED, as its recipient would. It fails unless
// the invitation exists and is ACTIVE and PENDING.
func (s *Server) Accept(id string) error {
	return s.change(id, CanAccept, func(i *invitation, now time.Time) {
		i.become(inactive, accepted, now)
	})
}

// Expire makes an invitation EXPIRED before its time. It fails as Accept does.
func (s *Server) Expire(id string) error {
	return s.change(id, CanExpire, func(i *invitation, now time.Time) {
		i.become(inactive, expired, now)
	})
}

// FailInvitation makes the creation of an invitation fail, even if it has already
// succeeded: the invitation and its work request become FAILED. The work request
// has these errors, or one if none is given. It fails unless the invitation exists
// and is either CREATING, or ACTIVE and PENDING.
func (s *Server) FailInvitation(id string, errors ...WorkRequestError) error {
	return s.change(id, CanFail, func(i *invitation, now time.Time) {
		i.creation.fail(creationErrors(errors), now)
	})
}

// FailCreations makes the next n creations fail when they are due, as
// FailInvitation does. A further call replaces the one before; 0 makes none fail.
func (s *Server) FailCreations(n int, errors ...WorkRequestError) {
	s.failNext(createOperation, failing{n, creationErrors(errors)})
}

// FailCancels makes the next n cancellations fail when they are due, as FailCancel
// does. A further call replaces the one before; 0 makes none fail.
func (s *Server) FailCancels(n int, errors ...WorkRequestError) {
	s.failNext(cancelOperation, failing{n, cancelErrors(errors)})
}

// failing tells how many operations fail, and with which errors.
type failing struct {
	count  int
	errors []WorkRequestError
}

func (s *Server) failNext(operation string, next failing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing == nil {
		s.failing = map[string]failing{}
	}
	s.failing[operation] = next
}

// FailCancel makes the cancellation of an invitation fail: its work request becomes
// FAILED, with these errors, or with one if none is given. The invitation becomes
// ACTIVE and PENDING again, or EXPIRED if its 30 days are over. It fails unless the
// invitation exists and is UPDATING.
func (s *Server) FailCancel(id string, errors ...WorkRequestError) error {
	return s.change(id, CanFailCancel, func(i *invitation, now time.Time) {
		i.cancellation.fail(cancelErrors(errors), now)
	})
}

func creationErrors(errors []WorkRequestError) []WorkRequestError {
	return errorsOr(errors, "the invitation could not be sent")
}

func cancelErrors(errors []WorkRequestError) []WorkRequestError {
	return errorsOr(errors, "the invitation could not be canceled")
}

// errorsOr returns a copy of the errors. If there are none, it returns one with this
// message.
func errorsOr(errors []WorkRequestError, message string) []WorkRequestError {
	if len(errors) == 0 {
		return []WorkRequestError{{"InternalServerError", message}}
	}
	return slices.Clone(errors)
}

// change applies a change to an invitation. It fails if the change is not possible now.
func (s *Server) change(id string, wanted Change, apply func(*invitation, time.Time)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	i := s.byID[id]
	if i == nil {
		return fmt.Errorf("ocitest: no sender invitation %q", id)
	}
	if !possible[wanted](i) {
		return fmt.Errorf("ocitest: sender invitation %q is %s and %s", id, i.LifecycleState, i.Status)
	}
	apply(i, now)
	return nil
}
