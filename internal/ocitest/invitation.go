package ocitest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// invitationLifetime is the time after which a pending invitation expires
// (Organizations, "the invitation expires in 30 days").
const invitationLifetime = 30 * 24 * time.Hour

// The values of an invitation's lifecycleState and status.
const (
	creating = "CREATING"
	active   = "ACTIVE"
	updating = "UPDATING"
	inactive = "INACTIVE"

	pending  = "PENDING"
	canceled = "CANCELED"
	accepted = "ACCEPTED"
	expired  = "EXPIRED"

	failed = "FAILED" // a value of both
)

// Invitation is a sender invitation as the API shows it, in lists too. Its JSON
// omits unset members.
type Invitation struct {
	ID                    string                    `json:"id"`
	CompartmentID         string                    `json:"compartmentId"`
	RecipientTenancyID    string                    `json:"recipientTenancyId"`
	RecipientEmailAddress string                    `json:"recipientEmailAddress,omitempty"`
	DisplayName           string                    `json:"displayName,omitempty"`
	Subjects              []string                  `json:"subjects"`
	InvitationFeatures    []InvitationFeature       `json:"invitationFeatures,omitempty"`
	LifecycleState        string                    `json:"lifecycleState"`
	Status                string                    `json:"status"`
	FreeformTags          map[string]string         `json:"freeformTags,omitempty"`
	DefinedTags           map[string]map[string]any `json:"definedTags,omitempty"`
	TimeCreated           Time                      `json:"timeCreated"`
	TimeUpdated           Time                      `json:"timeUpdated,omitzero"`
}

// InvitationFeature is a feature that an invitation is sent for.
type InvitationFeature struct {
	Name   string `json:"name"`
	Status string `json:"status"` // equals the invitation's
}

// invitation adds to an Invitation what only the server needs.
type invitation struct {
	Invitation
	number       int // counted from 1
	revision     int // counted from 1
	creation     *workRequest
	cancellation *workRequest   // the last one; nil if there is none
	operations   []*workRequest // all of them, oldest first
}

func (i *invitation) etag() string {
	return fmt.Sprintf("%d-%d", i.number, i.revision)
}

// end returns when the invitation expires if it is pending.
func (i *invitation) end() time.Time {
	return i.TimeCreated.Add(invitationLifetime)
}

// changed begins a new revision.
func (i *invitation) changed(now time.Time) {
	i.revision++
	i.TimeUpdated = Time{now}
}

// become moves an invitation to another state.
func (i *invitation) become(lifecycleState, status string, now time.Time) {
	i.LifecycleState, i.Status = lifecycleState, status
	for f := range i.InvitationFeatures {
		i.InvitationFeatures[f].Status = status
	}
	i.changed(now)
}

// waiting reports whether the recipient can accept and the sender can cancel.
func (i *invitation) waiting() bool {
	return i.LifecycleState == active && i.Status == pending
}

// moving reports whether an asynchronous operation is under way.
func (i *invitation) moving() bool {
	return i.LifecycleState == creating || i.LifecycleState == updating
}

// copy returns a copy of the Invitation that shares no memory with it.
func (i *invitation) copy() Invitation {
	c := i.Invitation
	c.Subjects = slices.Clone(c.Subjects)
	c.InvitationFeatures = slices.Clone(c.InvitationFeatures)
	c.FreeformTags = maps.Clone(c.FreeformTags)
	c.DefinedTags = maps.Clone(c.DefinedTags)
	for namespace, tags := range c.DefinedTags {
		c.DefinedTags[namespace] = maps.Clone(tags)
	}
	return c
}

// answer returns an answer with the invitation and its etag.
func (i *invitation) answer() (answer, error) {
	return ok(i.Invitation, map[string]string{"etag": i.etag()})
}

// find finds the invitation that a request names, and checks its if-match.
func (s *Server) find(r request) (*invitation, error) {
	i := s.byID[r.id]
	if i == nil {
		return nil, notFound("sender invitation", r.id)
	}
	if match := r.Header.Get("if-match"); r.Method != http.MethodGet && match != "" && match != "*" && match != i.etag() {
		return nil, fail(http.StatusPreconditionFailed, "NoEtagMatch", "the etag is %s", i.etag())
	}
	return i, nil
}

func (s *Server) getInvitation(r request) (answer, error) {
	i, err := s.find(r)
	if err != nil {
		return answer{}, err
	}
	return i.answer()
}

// settle finishes the asynchronous operations and expires the invitations that
// are due.
func (s *Server) settle(now time.Time) {
	s.unfinished = slices.DeleteFunc(s.unfinished, func(w *workRequest) bool {
		if w.finished.IsZero() && !now.Before(w.due) {
			w.finish(w.due)
		}
		return !w.finished.IsZero()
	})
	for len(s.pending) > 0 {
		i := s.pending[0]
		if now.Before(i.end()) {
			return
		}
		if i.waiting() {
			i.become(inactive, expired, i.end())
		}
		s.pending = s.pending[1:]
	}
}
