package ocitest

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

const (
	createOperation = "CREATE_SENDER_INVITATION"
	cancelOperation = "CANCEL_SENDER_INVITATION"
)

// workRequest is an asynchronous operation on an invitation.
type workRequest struct {
	id         string
	operation  string // createOperation or cancelOperation
	invitation *invitation

	accepted, started, due time.Time          // started and due are set in advance
	finished               time.Time          // zero while it is under way
	errors                 []WorkRequestError // it fails at its end if it has any
}

// WorkRequestError is an error of a work request that fails.
type WorkRequestError struct {
	Code    string
	Message string
}

// begin starts an operation of two stages.
func (s *Server) begin(operation string, i *invitation, now time.Time) *workRequest {
	w := &workRequest{
		id:         workRequestID(len(s.workRequests) + 1),
		operation:  operation,
		invitation: i,
		accepted:   now,
		started:    now.Add(s.Step),
		due:        now.Add(2 * s.Step),
	}
	if next := s.failing[operation]; next.count > 0 {
		w.errors = next.errors
		s.failing[operation] = failing{next.count - 1, next.errors}
	}
	if s.workRequests == nil {
		s.workRequests = make(map[string]*workRequest)
	}
	s.workRequests[w.id] = w
	s.unfinished = append(s.unfinished, w)
	i.operations = append(i.operations, w)
	return w
}

// workRequestID returns the OCID of the work request with this number, counted
// from 1.
func workRequestID(number int) string {
	return fmt.Sprintf("ocid1.organizationsworkrequest.oc1..aaaaaaaa%08d", number)
}

// fail makes an operation fail, even if it has succeeded.
func (w *workRequest) fail(errors []WorkRequestError, now time.Time) {
	w.errors = errors
	w.finish(now)
}

// finish ends an operation, and its invitation becomes what follows.
func (w *workRequest) finish(now time.Time) {
	w.finished = now
	if now.Before(w.started) {
		w.started = now
	}
	fails, cancels := len(w.errors) > 0, w.operation == cancelOperation
	switch i := w.invitation; {
	case fails && !cancels:
		i.become(failed, failed, now)
	case !fails && cancels:
		i.become(inactive, canceled, now)
	case now.Before(i.end()):
		i.become(active, pending, now)
	default:
		i.become(inactive, expired, now)
	}
}

// state returns a work request's status, its percentage, and the actionType of its
// invitation.
func (w *workRequest) state(now time.Time) (status string, percent int, action string) {
	switch {
	case w.finished.IsZero() && now.Before(w.started):
		return "ACCEPTED", 0, "IN_PROGRESS"
	case w.finished.IsZero():
		return "IN_PROGRESS", 50, "IN_PROGRESS"
	case len(w.errors) > 0:
		return "FAILED", 100, "IN_PROGRESS"
	case w.operation == cancelOperation:
		return "SUCCEEDED", 100, "UPDATED"
	}
	return "SUCCEEDED", 100, "CREATED"
}

// workRequestView is a work request as the API shows it, in lists too.
type workRequestView struct {
	OperationType   string         `json:"operationType"`
	Status          string         `json:"status"`
	ID              string         `json:"id"`
	CompartmentID   string         `json:"compartmentId"`
	Resources       []resourceView `json:"resources"`
	PercentComplete int            `json:"percentComplete"`
	TimeAccepted    Time           `json:"timeAccepted"`
	TimeStarted     Time           `json:"timeStarted,omitzero"`
	TimeFinished    Time           `json:"timeFinished,omitzero"`
}

type resourceView struct {
	EntityType string `json:"entityType"`
	ActionType string `json:"actionType"`
	Identifier string `json:"identifier"`
	EntityURI  string `json:"entityUri"`
}

// view returns a work request as the API shows it.
func (w *workRequest) view(now time.Time) workRequestView {
	status, percent, action := w.state(now)
	v := workRequestView{
		OperationType:   w.operation,
		Status:          status,
		ID:              w.id,
		CompartmentID:   w.invitation.CompartmentID,
		Resources:       []resourceView{{"senderInvitation", action, w.invitation.ID, "/20230401/senderInvitations/" + w.invitation.ID}},
		PercentComplete: percent,
		TimeAccepted:    Time{w.accepted},
		TimeFinished:    Time{w.finished},
	}
	if status != "ACCEPTED" {
		v.TimeStarted = Time{w.started}
	}
	return v
}

// findWorkRequest finds the work request that a request names.
func (s *Server) findWorkRequest(r request) (*workRequest, error) {
	if w := s.workRequests[r.id]; w != nil {
		return w, nil
	}
	return nil, notFound("work request", r.id)
}

// getWorkRequest answers with a work request. While it is under way, retry-after
// is the duration of a stage in seconds.
func (s *Server) getWorkRequest(r request) (answer, error) {
	w, err := s.findWorkRequest(r)
	if err != nil {
		return answer{}, err
	}
	header := map[string]string{}
	if w.finished.IsZero() {
		header["retry-after"] = strconv.Itoa(max(1, int(math.Ceil(s.Step.Seconds()))))
	}
	return ok(w.view(r.now), header)
}

// listWorkRequests lists all work requests, newest first by default.
func (s *Server) listWorkRequests(r request) (answer, error) {
	if err := s.checkCompartment(r.query.Get("compartmentId")); err != nil {
		return answer{}, err
	}
	views := make([]workRequestView, len(s.workRequests))
	for n := range views {
		views[n] = s.workRequests[workRequestID(n+1)].view(r.now)
	}
	return listByTime(s, r.query, views, true)
}

// entry is a log entry of a work request or, with a code, an error.
type entry struct {
	Code      string `json:"code,omitempty"`
	Message   string `json:"message"`
	Timestamp Time   `json:"timestamp"`
}

func (s *Server) listWorkRequestErrors(r request) (answer, error) {
	return s.listEntries(r, func(w *workRequest) []entry {
		list := []entry{}
		if w.finished.IsZero() {
			return list // it does not show yet that it will fail
		}
		for _, e := range w.errors {
			list = append(list, entry{e.Code, e.Message, Time{w.finished}})
		}
		return list
	})
}

func (s *Server) listWorkRequestLogs(r request) (answer, error) {
	return s.listEntries(r, func(w *workRequest) []entry {
		v := w.view(r.now)
		log := []entry{{Message: w.operation + " accepted", Timestamp: v.TimeAccepted}}
		if !v.TimeStarted.IsZero() {
			log = append(log, entry{Message: w.operation + " started", Timestamp: v.TimeStarted})
		}
		if !v.TimeFinished.IsZero() {
			log = append(log, entry{Message: w.operation + " " + v.Status, Timestamp: v.TimeFinished})
		}
		return log
	})
}

// listEntries lists the errors or the logs of a work request.
func (s *Server) listEntries(r request, entries func(*workRequest) []entry) (answer, error) {
	w, err := s.findWorkRequest(r)
	if err != nil {
		return answer{}, err
	}
	return listByTime(s, r.query, entries(w), false)
}
