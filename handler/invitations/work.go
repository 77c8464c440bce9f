package invitations

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/parallel"
)

// Work is a work request that a command waits for.
type Work struct {
	// ID is that of the work request, RequestID that of the command's own request; RequestID is optional.
	ID, RequestID string
	// Watch observes the calls.
	Watch oci.Observer

	// State is the last state that was read, Failure the reason if the work request has failed.
	State   events.WorkRequest
	Failure *events.Error

	retryAfter string
}

// Await reads the work requests until all have ended, or no time is left. It sets their State and Failure. They wait side by side.
func (s *Session) Await(ctx context.Context, works []*Work) {
	for _, work := range works {
		work.State.Status = "ACCEPTED" // so the service has answered the command
	}
	works = slices.Clone(works)
	for retry := oci.PatientRetry(); len(works) > 0; {
		if !oci.HasTime(ctx, 0) {
			return
		}
		parallel.Each(len(works), s.options.Concurrency, func(index int) { s.readWork(ctx, works[index]) })
		works = slices.DeleteFunc(works, func(w *Work) bool { return w.ended() })
		if len(works) == 0 || !retry.Wait(ctx, works[0].retryAfter) {
			return
		}
	}
}

// ended reports whether there is nothing more to wait for.
func (w *Work) ended() bool {
	return w.Failure != nil || w.State.Error != nil || w.State.Status == "SUCCEEDED"
}

// readWork reads the state of a work request. A failure that may pass leaves the state as it is.
func (s *Session) readWork(ctx context.Context, w *Work) {
	r := run{Session: s, watch: w.Watch}
	got, err := r.send(ctx, w.request(command.GetWorkRequest))
	if fault := events.AsError(err); fault != nil {
		if !fault.Retryable {
			w.State = events.WorkRequest{Error: fault}
		}
		return
	}
	w.retryAfter = got.Header.Get("retry-after")
	switch status := textIn(got.Body, "status"); status {
	case "FAILED", "CANCELED":
		w.State.Status, w.Failure = status, r.workFailure(ctx, w, status)
	case "ACCEPTED", "IN_PROGRESS", "SUCCEEDED", "CANCELING":
		w.State.Status = status
	default:
		w.State = events.WorkRequest{Error: oci.Doubted(command.GetWorkRequest.API, "it has no status that the API documents").Permanent().SeenIn(got.RequestID())}
	}
}

// request returns a request about the work request.
func (w *Work) request(op *command.Operation) Request {
	request := NewRequest(op, map[string]string{"workRequestId": w.ID})
	if w.RequestID != "" {
		request.Header.Set("opc-request-id", w.RequestID)
	}
	return request
}

// maxWorkErrors is the maximum number of errors of a work request that are told.
const maxWorkErrors = 10

// workFailure returns the error of a work request that has failed, with its own errors.
func (r run) workFailure(ctx context.Context, w *Work, status string) *events.Error {
	told := []string{"the work request ended as " + status}
	got, err := r.send(ctx, w.request(command.ListWorkRequestErrors))
	if err != nil {
		told = append(told, "its errors could not be read")
	}
	items, _ := itemsOf(got.Body)
	for _, item := range items[:min(len(items), maxWorkErrors)] {
		var one struct{ Code, Message string }
		if json.Unmarshal(item, &one) == nil {
			told = append(told, strings.TrimPrefix(fmt.Sprintf("%s: %s", one.Code, one.Message), ": "))
		}
	}
	return events.NewError(http.StatusConflict, "WorkRequestFailed", strings.Join(told, "; ")).SeenIn(got.RequestID())
}

// failedCreations yields the work requests of the sender tenancy that were to make an invitation and have failed.
func (r run) failedCreations(ctx context.Context) iter.Seq2[failedCreation, error] {
	return func(yield func(failedCreation, error) bool) {
		sender, err := r.client.Tenancy(r.watch.Log)
		if err != nil {
			yield(failedCreation{}, err)
			return
		}
		enoughTime := func(int) bool { return oci.HasTime(ctx, 0) }
		for page, err := range pagesFrom("", enoughTime, func(token string) (page, error) {
			request := NewRequest(command.ListWorkRequests, nil)
			query := url.Values{"compartmentId": {sender}}
			if token != "" {
				query.Set("page", token)
			}
			request.Query = query.Encode()
			return r.pageOf(ctx, request)
		}) {
			if err != nil {
				yield(failedCreation{}, err)
				return
			}
			for _, item := range page.items {
				if made, ok := parseFailedCreation(item); ok && !yield(made, nil) {
					return
				}
			}
		}
	}
}

// failedCreation is a work request that failed to make an invitation. The invitation is among its resources.
type failedCreation struct {
	workRequest string
	resources   []string // their ids
}

// parseFailedCreation reads an entry of a list of work requests; false if it is of another kind.
func parseFailedCreation(item []byte) (made failedCreation, ok bool) {
	var w struct {
		ID, OperationType, Status string
		Resources                 []struct{ Identifier string }
	}
	if json.Unmarshal(item, &w) != nil || !ocid.Is(w.ID) || w.Status != "FAILED" || w.OperationType != "CREATE_SENDER_INVITATION" {
		return made, false
	}
	made.workRequest = w.ID
	for _, resource := range w.Resources {
		made.resources = append(made.resources, resource.Identifier)
	}
	return made, true
}
