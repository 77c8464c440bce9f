package handler

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"

	"sender-invitations/events"
)

// Direct serves a direct invocation: the body is a delivery, the answer {"results": […]}. The only failure that a
// direct caller can see is a cut connection, for the platform drops any status; so it is cut where, and only where, a
// redelivery can help, after the failure itself was published.
func (h *Handler) Direct(w http.ResponseWriter, r *http.Request) {
	i := h.invocation(r.Context())
	done, err := i.direct(r)
	if err != nil {
		i.log.Error("invocation cut", append([]any{"reason", err.Error()}, stackOf(err)...)...)
		panic(http.ErrAbortHandler)
	}
	respond(w, r, jsonResponse(http.StatusOK, done.answer()))
}

func (i *invocation) direct(r *http.Request) (done work, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = crash{fault, debug.Stack()}
		}
	}()
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	done, err = i.deliver(r.Context(), i.delivery(body, r.Header), everything)
	if err == nil && done.retryable() {
		err = errRetryable
	}
	return done, err
}

func (i *invocation) delivery(body []byte, header http.Header) events.Delivery {
	return events.Delivery{Body: body, Header: header, CallID: i.callID, Prefix: i.config.EventTypePrefix}
}

var errRetryable = errors.New("a record failed that a redelivery may mend")

// crash is a panic outside a record.
type crash struct {
	fault any
	stack []byte
}

func (crash) Error() string { return "panic" }

func stackOf(err error) []any {
	if crashed, ok := errors.AsType[crash](err); ok {
		return []any{"panic", fmt.Sprint(crashed.fault), "stack", string(crashed.stack)}
	}
	return nil
}

// readBody reads the request's body. One that is longer than a body may be is cut one byte past that, which tells.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, events.MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("the request's body broke off: %w", err)
	}
	return body, nil
}
