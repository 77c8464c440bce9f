package handler

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"sender-invitations/events"
)

// HTTP serves a request that came through API Gateway: the routes of the Organizations API, /events and /health, after
// HTTP_BASE_PATH. It does not authenticate callers: the gateway must.
func (h *Handler) HTTP(w http.ResponseWriter, r *http.Request) {
	i := h.invocation(r.Context())
	requestID := r.Header.Get("opc-request-id")
	if requestID == "" || !isHeaderValue(requestID) {
		requestID = i.callID
	}
	answer := i.http(r)
	if answer.header.Get("opc-request-id") == "" {
		answer = answer.with("opc-request-id", requestID)
	}
	respond(w, r, answer)
}

func (i *invocation) http(r *http.Request) (answer response) {
	defer func() {
		if fault := recover(); fault != nil {
			i.log.Error("panic while serving a request", "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
			answer = errorResponse(events.Internal())
		}
	}()
	path, ok := i.routedPath(r)
	if !ok {
		return notFound()
	}
	served, err := findRoute(r.Method, path)
	if err != nil {
		return errorResponse(err)
	}
	if served.route == nil {
		return served.unrouted(r.Method)
	}
	return served.serve(i, r, served)
}

// routedPath is the escaped path behind HTTP_BASE_PATH. A gateway gives path and query, a plain Fn server the whole
// URL. What begins with two slashes has no path of its own: it must not reach a route that the gateway did not see.
func (i *invocation) routedPath(r *http.Request) (string, bool) {
	if r.URL.Scheme == "" && r.URL.Host != "" {
		return "", false
	}
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), i.config.HTTPBasePath)
	return path, ok && strings.HasPrefix(path, "/")
}

// InvalidURL answers a request whose URL or method cannot be parsed, which never becomes an [http.Request].
func InvalidURL(w http.ResponseWriter, requestID string) {
	respond(w, &http.Request{}, errorResponse(events.Invalid("InvalidParameter", "the request's URL or method does not parse")).
		with("opc-request-id", requestID))
}

func notFound() response {
	return errorResponse(&events.Error{Status: http.StatusNotFound, Code: "NotAuthorizedOrNotFound", Message: "there is nothing at this path"})
}
