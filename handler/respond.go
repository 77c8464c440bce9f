package handler

import (
	"net/http"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

// response is a whole answer. No byte is written before the answer is complete: fdk-go reuses its buffers as they are, so bytes that were
// written before a cut would begin the next answer.
type response struct {
	status int
	header http.Header
	body   []byte
	code   string // of an error, for the log
}

func jsonResponse(status int, value any) response {
	body, err := strict.Marshal(value)
	if err != nil {
		return errorResponse(events.Internal())
	}
	return response{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// errorResponse returns an error in the form of OCI's APIs.
func errorResponse(err error) response {
	fault := events.AsError(err)
	answer := jsonResponse(fault.Status, struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}{fault.Code, fault.Message})
	answer.code = fault.Code
	return answer.with("retry-after", fault.RetryAfter)
}

// with sets a header, unless the value is "".
func (answer response) with(name, value string) response {
	if value != "" {
		answer.header.Set(name, value)
	}
	return answer
}

// respond writes the answer. Nothing else in this package writes one.
func respond(w http.ResponseWriter, r *http.Request, answer response) {
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.status)
	if r.Method != http.MethodHead {
		// The platform takes an answer whole or not at all, so a failed write cannot be reported.
		_, _ = w.Write(answer.body)
	}
}
