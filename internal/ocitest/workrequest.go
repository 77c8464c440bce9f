package ocitest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// workRequest is an asynchronous operation on an invitation.
type workRequest struct {
	id         string
	operation  string // CREATE_SENDER_INVITATION or CANCEL_SENDER_INVITATION
	invitation *invitation

	accepted, started, due time.Time // started and due are set in advance
	finished               time.Time // zero while it is under way
	failure                string    // the reason if it failed, else ""
}

// begin starts an operation of two stages.
func (s *Server) begin(operation string, i *invitation, now time.Time) *workRequest {
	w := &workRequest{
		id:         fmt.Sprintf("ocid1.organizationsworkrequest.oc1..aaaaaaaa%08d", len(s.workRequests)+1),
		operation:  operation,
		invitation: i,
		accepted:   now,
		started:    now.Add(s.Step),
		due:        now.Add(2 * s.Step),
	}
	if s.workRequests == nil {
		s.workRequests = make(map[string]*workRequest)
	}
	s.workRequests[w.id] = w
	s.unfinished = append(s.unfinished, w)
	return w
}

// succeed finishes an operation. It dates the end to when the operation was due.
func (w *workRequest) succeed() {
	w.finished = w.due
	switch w.invitation.LifecycleState {
	case creating:
		w.invitation.become(active, pending, w.due)
	case updating:
		w.invitation.become(inactive, canceled, w.due)
	}
}

// fail makes an operation fail, even if it has succeeded.
func (w *workRequest) fail(why string, now time.Time) {
	w.finished, w.failure = now, why
	if now.Before(w.started) {
		w.started = now
	}
}

// state returns a work request's status, its percentage, and the actionType of its
// invitation.
func (w *workRequest) state(now time.Time) (status string, percent int, action string) {
	switch {
	case w.failure != "":
		return "FAILED", 100, "IN_PROGRESS"
	case !w.finished.IsZero() && w.operation == "CANCEL_SENDER_INVITATION":
		return "SUCCEEDED", 100, "UPDATED"
	case !w.finished.IsZero():
		return "SUCCEEDED", 100, "CREATED"
	case now.Before(w.started):
		return "ACCEPTED", 0, "IN_PROGRESS"
	}
	return "IN_PROGRESS", 50, "IN_PROGRESS"
}

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

// getWorkRequest answers with a work request. While it is under way, retry-after
// is the duration of a stage in seconds.
func (s *Server) getWorkRequest(r request) (answer, error) {
	w := s.workRequests[r.id]
	if w == nil {
		return answer{}, notFound("work request", r.id)
	}
	header := map[string]string{}
	if w.finished.IsZero() {
		header["retry-after"] = strconv.Itoa(max(1, int(math.Ceil(s.Step.Seconds()))))
	}
	return ok(w.view(r.now), header)
}

// entry is a log entry of a work request or, with a code, an error.
type entry struct {
	Code      string `json:"code,omitempty"`
	Message   string `json:"message"`
	Timestamp Time   `json:"timestamp"`
}

func (s *Server) listWorkRequestErrors(r request) (answer, error) {
	return s.listEntries(r, func(w *workRequest) []entry {
		if w.failure == "" {
			return []entry{}
		}
		return []entry{{"InternalServerError", w.failure, Time{w.finished}}}
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
	w := s.workRequests[r.id]
	if w == nil {
		return answer{}, notFound("work request", r.id)
	}
	list := entries(w)
	descending, err := sortDescending(r.query, false)
	if err != nil {
		return answer{}, err
	}
	if descending {
		slices.Reverse(list)
	}
	return listAnswer(s, r.query, list)
}
