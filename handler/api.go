package handler

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/private"
	"sender-invitations/handler/forward"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
)

// api serves a route of the Organizations API. It passes the request on, signed by the function's principal, and passes the answer back.
// Besides its form it checks only compartmentId, for the function sends for one tenancy.
func (i *invocation) api(r *http.Request, m matchedRoute) response {
	sender := func() (string, error) { return i.client.Tenancy(i.watch.Log) }
	request, err := forward.Request(r, m.operation, m.parameters, i.watch, sender)
	if err != nil {
		return errorResponse(err)
	}
	token, _ := forward.HeaderOf(r.Header, "opc-retry-token") // the caller's; forward.Request has checked it
	ctx, publishing, cancel := i.budget.Contexts(r.Context())
	defer cancel()
	got, err := i.session.Forward(ctx, i.watch, request)
	if errors.Is(err, invitations.ErrHeld) {
		return i.heldAPI(publishing, publicationOf(m, request, token, got, nil), request, got)
	}
	passed := passedOn(got, err)
	if !request.Writes() {
		return passed
	}
	nothingSent := got.Status == 0 && refusedHere(err) // for example, a guardrail refused it
	if err != nil && !nothingSent && token == "" {
		// The write may have taken effect. With the token that the function made for it, the caller can repeat it without a second effect.
		passed = passed.with("opc-retry-token", request.Header.Get("opc-retry-token"))
	}
	told := publicationOf(m, request, token, got, err)
	told.Result.DryRun = i.config.DryRun()
	i.counts.count(told.Result)
	if nothingSent { // the caller knows, and refusals must not use up a topic
		i.watch.Log.LogAttrs(ctx, slog.LevelWarn, "write refused", append([]slog.Attr{slog.String("operation", told.Result.Operation),
			slog.String("recipient", private.Text(told.Recipient))}, told.Result.Error.LogAttrs()...)...)
		return passed
	}
	if i.publish(publishing, []emit.Publication{told}) != nil {
		passed = passed.with("x-result-event", string(events.Failed))
	}
	return passed
}

// heldAPI answers a create that waits for approval: 202, and the details of the invitation, which has no id. It fails if the held event is not
// published, for then nobody can approve it.
func (i *invocation) heldAPI(ctx context.Context, told emit.Publication, request invitations.Request, got oci.Answer) response {
	original, asked, err := forward.Held(request)
	if err != nil {
		return errorResponse(err)
	}
	told.Original, told.CallID = original, i.callID
	told.Result = events.Result{Operation: told.Result.Operation, Outcome: events.Held}
	if err := i.hold(&told, asked); err != nil {
		return errorResponse(err)
	}
	i.counts.count(told.Result)
	if i.publish(ctx, []emit.Publication{told}) != nil {
		return errorResponse(events.NewError(http.StatusServiceUnavailable, "ServiceUnavailable",
			"create: the held event could not be published, and nothing was written; send the request again"))
	}
	return passedOn(got, nil).with("x-held", "true")
}

// refusedHere reports whether the error is a refusal that OCI has no part in.
func refusedHere(err error) bool {
	fault := events.AsError(err)
	return fault != nil && !fault.Retryable && fault.OpcRequestID == ""
}

// passedOn returns the API's answer for the caller. An answer that is not believed is an error, and its etag does not count.
func passedOn(got oci.Answer, err error) response {
	if err != nil {
		return withHeaders(errorResponse(err), got, "opc-request-id", "retry-after")
	}
	passed := response{status: got.Status, header: http.Header{}, body: got.Body}
	if len(got.Body) > 0 {
		passed = passed.with("content-type", cmp.Or(got.Header.Get("content-type"), "application/json"))
	}
	return withHeaders(passed, got, "etag", "opc-request-id", "opc-work-request-id", "opc-next-page", "retry-after")
}

// withHeaders returns the response with the named headers of OCI's answer.
func withHeaders(passed response, got oci.Answer, names ...string) response {
	for _, name := range names {
		passed = passed.with(name, got.Header.Get(name))
	}
	return passed
}

// publicationOf returns the publication of a write. Its key is the hash of the route, the caller's name for the request, the body, and the
// id of the invitation. The name is the caller's retry token, which all tries of a request have in common, or else the opc-request-id. The
// opc-request-id is not enough, for some callers give all their requests the same one, and others give each try its own.
func publicationOf(m matchedRoute, request invitations.Request, token string, got oci.Answer, err error) emit.Publication {
	result := invitations.ResultOf(m.operation, got)
	id := m.parameters["senderInvitationId"]
	if err != nil {
		result = failed(result, err)
	} else if result.Invitation == nil && id != "" {
		result.Invitation, _ = json.Marshal(events.Invitation{ID: id}) // strings always have a JSON form
	}
	recipient := events.ReadInvitation(request.Body).RecipientTenancyID
	name := cmp.Or(token, request.Header.Get("opc-request-id"))
	return emit.Publication{Result: result, Subject: subjectOf(id, recipient), Recipient: subjectOf(recipient),
		Key: events.Hash(request.Method, request.Path, name, events.Digest(request.Body),
			events.ReadInvitation(result.Invitation).ID)}
}
