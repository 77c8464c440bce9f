package ocitest

import "time"

// Change is what somebody else than the sender can do to an invitation.
type Change string

// The changes, by the methods of Server that make them: Accept, Expire,
// FailInvitation and FailCancel.
const (
	CanAccept     Change = "accept"
	CanExpire     Change = "expire"
	CanFail       Change = "fail"
	CanFailCancel Change = "fail-cancel"
)

var changes = []Change{CanAccept, CanExpire, CanFail, CanFailCancel}

// possible tells in which state of an invitation a change is possible.
var possible = map[Change]func(*invitation) bool{
	CanAccept:     (*invitation).waiting,
	CanExpire:     (*invitation).waiting,
	CanFail:       func(i *invitation) bool { return i.LifecycleState == creating || i.waiting() },
	CanFailCancel: func(i *invitation) bool { return i.LifecycleState == updating },
}

// Standing is an invitation with what the API does not show in one place.
type Standing struct {
	Number       int // of all invitations, counted from 1
	Invitation   Invitation
	WorkRequests []WorkRequest // oldest first
	Expires      Time          // if it is PENDING then
	Can          []Change      // what is possible now
}

// WorkRequest is an asynchronous operation on an invitation.
type WorkRequest struct {
	ID              string `json:"id"`
	OperationType   string `json:"operationType"`
	Status          string `json:"status"`
	PercentComplete int    `json:"percentComplete"`
}

// Standings returns a copy of the newest n invitations, oldest first.
func (s *Server) Standings(n int) []Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	newest := s.invitations[max(0, len(s.invitations)-n):]
	list := make([]Standing, len(newest))
	for place, i := range newest {
		list[place] = i.standing(now)
	}
	return list
}

func (i *invitation) standing(now time.Time) Standing {
	standing := Standing{Number: i.number, Invitation: i.copy(), Expires: Time{i.end()}, Can: []Change{}}
	for _, w := range i.operations {
		status, percent, _ := w.state(now)
		standing.WorkRequests = append(standing.WorkRequests, WorkRequest{w.id, w.operation, status, percent})
	}
	for _, change := range changes {
		if possible[change](i) {
			standing.Can = append(standing.Can, change)
		}
	}
	return standing
}

// Clock returns the time by the service's clock, and how far Advance has put it
// ahead of the callers' clock.
func (s *Server) Clock() (now time.Time, ahead time.Duration) {
	return s.now(), time.Duration(s.ahead.Load())
}

// Failing returns how many of the next creations and cancellations fail: what
// FailCreations and FailCancels have set, without those that were accepted since.
func (s *Server) Failing() (creations, cancels int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failing[createOperation].count, s.failing[cancelOperation].count
}
