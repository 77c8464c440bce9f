// Package work reads work requests: the jobs by which Organizations carries out what it has accepted.
package work

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
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/parallel"
)

// Request is a work request that a command waits for.
type Request struct {
	// ID is that of the work request, RequestID that of the command's own request; RequestID is optional.
	ID, RequestID string
	// Watch observes the calls.
	Watch oci.Observer

	// State is the last state that was read, Failure the reason if the work request has failed.
	State   events.WorkRequest
	Failure *events.Error

	retryAfter string
}

// Await reads the work requests until all have ended, or no time is left. It sets their State and Failure. It reads concurrency of them at a
// time, so that none waits for another to end. Between two rounds it waits as long as the service asks for.
func Await(ctx context.Context, session *invitations.Session, works []*Request, concurrency int) {
	for _, work := range works {
		work.State.Status = "ACCEPTED" // in which a work request begins
	}
	works = slices.Clone(works)
	for retry := oci.PatientRetry(); len(works) > 0; {
		if !oci.HasTime(ctx, 0) {
			return
		}
		parallel.Each(len(works), concurrency, func(index int) { works[index].read(ctx, session) })
		works = slices.DeleteFunc(works, (*Request).ended)
		if len(works) == 0 || !retry.Wait(ctx, works[0].retryAfter) {
			return
		}
	}
}

// ended reports whether there is nothing more to wait for.
func (w *Request) ended() bool {
	return w.Failure != nil || w.State.Error != nil || w.State.Status == "SUCCEEDED"
}

// read reads the state of the work request. A failure that may pass leaves the state as it is.
func (w *Request) read(ctx context.Context, session *invitations.Session) {
	got, err := session.Forward(ctx, w.Watch, w.about(command.GetWorkRequest))
	if fault := events.AsError(err); fault != nil {
		if !fault.Retryable {
			w.State = events.WorkRequest{Error: fault}
		}
		return
	}
	w.retryAfter = got.Header.Get("retry-after")
	switch status := answers.Text(got.Body, "status"); status {
	case "FAILED", "CANCELED":
		w.State.Status, w.Failure = status, w.failure(ctx, session, status)
	case "ACCEPTED", "IN_PROGRESS", "SUCCEEDED", "CANCELING":
		w.State.Status = status
	default:
		fault := oci.Doubted(command.GetWorkRequest.API, "it has no status that the API documents")
		w.State = events.WorkRequest{Error: fault.Permanent().SeenIn(got.RequestID())}
	}
}

// about returns the call of an operation on the work request.
func (w *Request) about(op *command.Operation) invitations.Request {
	request := invitations.NewRequest(op, map[string]string{"workRequestId": w.ID})
	if w.RequestID != "" {
		request.Header.Set("opc-request-id", w.RequestID)
	}
	return request
}

// maxErrors is the maximum number of errors of a work request that are told.
const maxErrors = 10

// failure returns the error of a work request that has ended with the status, with its own errors.
func (w *Request) failure(ctx context.Context, session *invitations.Session, status string) *events.Error {
	said, requestID := []string{"the work request ended as " + status}, ""
	for page, err := range pages(ctx, session, w.Watch, w.about(command.ListWorkRequestErrors), url.Values{}) {
		if err != nil {
			said = append(said, "its errors could not all be read")
			break
		}
		requestID = page.RequestID
		for _, item := range page.Items {
			var one struct{ Code, Message string }
			if json.Unmarshal(item, &one) == nil && len(said) <= maxErrors {
				said = append(said, strings.TrimPrefix(fmt.Sprintf("%s: %s", one.Code, one.Message), ": "))
			}
		}
		if len(said) > maxErrors {
			break
		}
	}
	return events.NewError(http.StatusConflict, "WorkRequestFailed", strings.Join(said, "; ")).SeenIn(requestID)
}

// pages yields the pages of a list about work requests, while there is time.
func pages(ctx context.Context, session *invitations.Session, watch oci.Observer, list invitations.Request, query url.Values) iter.Seq2[answers.Page, error] {
	enoughTime := func(int) bool { return oci.HasTime(ctx, 0) }
	return answers.Pages("", enoughTime, func(token string) (answers.Page, error) {
		if token != "" {
			query.Set("page", token)
		}
		list.Query = query.Encode()
		got, err := session.Forward(ctx, watch, list)
		return answers.PageOf(list.Operation.API, got), err
	})
}
