package invitations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
)

// ErrHeld tells that a write was not sent, because it waits for approval.
var ErrHeld = errors.New("the write waits for approval")

// send makes a call to Organizations. A write must pass the guardrails. It is not sent if it waits for approval, and only rehearsed if MODE
// is dry-run. All calls of both doors go through send, and it checks all answers.
func (r run) send(ctx context.Context, request Request) (oci.Answer, error) {
	request.Pace, request.Header, request.Doubt = r.pace, r.watch.Identify(request.Header), request.asked().Doubt
	if !request.Writes() {
		return r.organizations.Do(ctx, r.watch, request.Call)
	}
	release, err := r.permit(ctx, request)
	if err != nil {
		return oci.Answer{}, err
	}
	if r.hold {
		release()
		r.watch.Log.LogAttrs(ctx, slog.LevelInfo, "write withheld: it waits for approval", request.LogAttrs(oci.Answer{})...)
		return oci.Answer{}, ErrHeld
	}
	if r.options.DryRun {
		r.watch.Log.LogAttrs(ctx, slog.LevelInfo, "write withheld: MODE=dry-run", request.LogAttrs(oci.Answer{})...)
		return r.rehearse(ctx, request)
	}
	started, own := time.Now(), r.watch.Apart()
	got, err := r.organizations.Do(ctx, own, request.Call)
	attempts := own.Tally.Attempts.Load()
	neverSent := attempts == 0 || errors.Is(err, oci.ErrCredentials)
	if (neverSent || got.Refused()) && !got.Unclear {
		release()
	}
	r.watch.Log.LogAttrs(ctx, slog.LevelInfo, "write to Organizations", slices.Concat(request.LogAttrs(got), events.AsError(err).LogAttrs(),
		[]slog.Attr{slog.Int64("attempts", attempts), oci.Milliseconds("durationMs", time.Since(started))})...)
	return got, err
}

// ask makes the command's own call and returns the answer.
func (r run) ask(ctx context.Context, c command.Command) (oci.Answer, error) {
	request := requestOf(c)
	if c.Operation.Body == nil {
		return r.send(ctx, request)
	}
	body, err := c.Pick(c.Operation.Body...)
	if err != nil {
		return oci.Answer{}, err
	}
	if c.Operation.Compartment == command.InBody {
		sender, err := r.client.Tenancy(r.watch.Log)
		if err != nil {
			return oci.Answer{}, err
		}
		body["compartmentId"] = json.RawMessage(fmt.Sprintf("%q", sender))
	}
	if request.Body, err = json.Marshal(body); err != nil {
		return oci.Answer{}, err
	}
	return r.send(ctx, request)
}

// requestOf returns the command's call, without query and body.
func requestOf(c command.Command) Request {
	request := NewRequest(c.Operation, map[string]string{"senderInvitationId": c.SenderInvitationID})
	request.Once = c.Once()
	for name, value := range map[string]string{"if-match": c.IfMatch, "opc-retry-token": c.OpcRetryToken, "opc-request-id": c.OpcRequestID} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	return request
}

// queryOf returns the query of a list command.
func queryOf(c command.Command, sender string) string {
	query := url.Values{"compartmentId": {sender}}
	for name, value := range map[string]string{
		"recipientTenancyId": c.RecipientTenancyID, "lifecycleState": c.LifecycleState, "status": c.Status,
		"page": c.Page, "sortBy": c.SortBy, "sortOrder": c.SortOrder,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if c.DisplayName != nil {
		query.Set("displayName", *c.DisplayName)
	}
	if c.Limit != nil {
		query.Set("limit", fmt.Sprint(*c.Limit))
	}
	return query.Encode()
}

// ResultOf returns the result of a successful call of the operation.
func ResultOf(op *command.Operation, got oci.Answer) events.Result {
	result := events.Result{Operation: op.Name, Outcome: op.Outcome,
		WorkRequestID: got.Header.Get("opc-work-request-id"), OpcRequestID: got.RequestID()}
	if len(got.Body) > 0 {
		result.Invitation = got.Body
	}
	return result
}

// asked returns what the request asks for, by which its answer is checked.
func (r Request) asked() answers.Asked {
	return answers.Asked{Operation: r.Operation, ID: r.id, Query: r.Query, Body: r.Body}
}
