package handler

import (
	"errors"
	"io"
	"net/http"

	"sender-invitations/events"
)

// Direct serves a direct invocation: the body is a delivery, the answer {"results": […]}, or a [Report] if it is the command
// doctor. The only failure that a direct caller can see is a cut connection, for the platform drops any status; so it is cut
// where, and only where, a redelivery can help, after the failure itself was published.
func (h *Handler) Direct(w http.ResponseWriter, r *http.Request) {
	i := h.invocation(r.Context(), directDoor)
	answer, err := i.direct(r)
	i.endDirect(r.Context(), err)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	respond(w, r, answer)
}

func (i *invocation) direct(r *http.Request) (answer response, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic outside a record", fault)
			err = errPanic
		}
	}()
	body, err := readBody(r)
	if err != nil {
		return response{}, err
	}
	delivery := i.delivery(body, r.Header)
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

// Why an invocation is cut, besides errUnpublished.
var (
	errRetryable = errors.New("a record failed that a redelivery may mend")
	errPanic     = errors.New("panic")
)

// readBody reads the request's body. One that is longer than a body may be is cut one byte past that, which tells.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, events.MaxBody+1))
	if err != nil {
		return nil, events.Undecodable("the body broke off")
	}
	return body, nil
}
