package ocitest

import (
	"fmt"
	"time"
)

// Invitations returns a copy of all invitations in their present state, oldest
// first.
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

// Accept does what the recipient does: the invitation of this id becomes
// ACCEPTED. The error says that there is none, or that it is not ACTIVE and
// PENDING.
func (s *Server) Accept(id string) error {
	return s.change(id, (*invitation).waiting, func(i *invitation, now time.Time) {
		i.become(inactive, accepted, now)
	})
}

// Expire makes the invitation of this id EXPIRED before its time. The error is
// as with Accept.
func (s *Server) Expire(id string) error {
	return s.change(id, (*invitation).waiting, func(i *invitation, now time.Time) {
		i.become(inactive, expired, now)
	})
}

// FailInvitation makes the asynchronous creation of the invitation of this id
// fail, also one that has just succeeded: the invitation and its work request
// become FAILED. The error says that there is none, or that it is neither
// CREATING nor ACTIVE and PENDING.
func (s *Server) FailInvitation(id string) error {
	possible := func(i *invitation) bool { return i.LifecycleState == creating || i.waiting() }
	return s.change(id, possible, func(i *invitation, now time.Time) {
		i.become(failed, failed, now)
		i.creation.fail("the invitation could not be sent", now)
	})
}

// change changes an invitation for which that is possible.
func (s *Server) change(id string, possible func(*invitation) bool, apply func(*invitation, time.Time)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	i := s.byID[id]
	if i == nil {
		return fmt.Errorf("ocitest: no sender invitation %q", id)
	}
	if !possible(i) {
		return fmt.Errorf("ocitest: sender invitation %q is %s and %s", id, i.LifecycleState, i.Status)
	}
	apply(i, now)
	return nil
}
