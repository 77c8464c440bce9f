package handler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"sender-invitations/events"
	"sender-invitations/handler/doctor"
	"sender-invitations/handler/forward"
)

// Direct serves a direct invocation: the body is a delivery, the answer is {"results": […]}, or a [doctor.Report] for the command
// doctor. A direct caller sees only one kind of failure, a cut connection, for the platform drops the status. So Direct publishes the
// failures, and then cuts the connection if, and only if, a redelivery can help.
func (h *Handler) Direct(w http.ResponseWriter, r *http.Request) {
	i := h.invocation(r.Context(), directDoor)
	answer, err := i.direct(r)
	i.endDirect(r.Context(), err)
	if err != nil {
		AwaitLog(r.Context())
		panic(http.ErrAbortHandler)
	}
	respond(w, r, answer)
}

// direct returns the answer, or the reason to cut the connection.
func (i *invocation) direct(r *http.Request) (answer response, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic outside a record", fault)
			err = errPanic
		}
	}()
	body, err := forward.ReadBody(r, events.MaxBody)
	if err != nil {
		return response{}, err
	}
	delivery := i.delivery(body, r.Header)
	delivery.Direct = true
	if isConfirmation(r.Header) {
		return i.ignoreConfirmation(r.Header).answer(http.StatusOK), nil
	}
	if asksDoctor(delivery) {
		return i.answerDoctor(r.Context()), nil
	}
	done, err := i.deliver(r.Context(), delivery, events.Decode(delivery), true)
	if err == nil && done.retryable() {
		err = errRetryable
	}
	if err != nil {
		return response{}, err
	}
	return done.answer(http.StatusOK), nil
}

func (i *invocation) delivery(body []byte, header http.Header) events.Delivery {
	return events.Delivery{Body: body, Header: header, CallID: i.callID, Prefix: i.config.EventTypePrefix}
}

// The reasons to cut a connection, besides publish.ErrUnpublished.
var (
	errRetryable = errors.New("a record failed, and a redelivery may mend it")
	errPanic     = errors.New("panic")
)

// doctorCommand is the operation of the command doctor, maxDoctor its maximum size in bytes, so that no long delivery is parsed for it.
const (
	doctorCommand = "doctor"
	maxDoctor     = 1 << 10
)

// asksDoctor reports whether the delivery is the bare command {"operation": "doctor"}.
func asksDoctor(d events.Delivery) bool {
	mayContain := bytes.Contains(d.Body, []byte(doctorCommand)) || bytes.IndexByte(d.Body, '\\') >= 0 // an escape may stand for a letter
	if !mayContain || len(d.Body) > maxDoctor || d.ClaimsCloudEvents() || events.CheckJSON(d.Body) != nil {
		return false
	}
	var members map[string]any
	return json.Unmarshal(d.Body, &members) == nil && len(members) == 1 && members["operation"] == doctorCommand
}

// answerDoctor answers even after a panic, for a cut connection would tell the caller nothing.
func (i *invocation) answerDoctor(ctx context.Context) (answer response) {
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic of the doctor", fault)
			answer = errorResponse(events.Internal())
		}
	}()
	return jsonResponse(http.StatusOK, i.doctor(ctx))
}

func (i *invocation) doctor(ctx context.Context) doctor.Report {
	ctx, _, cancel := i.budget.Contexts(ctx)
	defer cancel()
	fresh := connect(i.config, i.client.Fresh())
	return doctor.Examine(ctx, i.watch, doctor.Patient{Config: i.config, Version: i.version,
		Client: fresh.client, Invitations: fresh.executor, Publisher: fresh.publisher})
}
