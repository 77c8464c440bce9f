package handler

import (
	"context"
	"net/http"
	"strings"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/forward"
)

// HTTP serves a request that came through API Gateway: the routes of the Organizations API, /events and /health, after HTTP_BASE_PATH. It
// does not authenticate callers; the gateway must.
func (h *Handler) HTTP(w http.ResponseWriter, r *http.Request) {
	i := h.invocation(r.Context(), gatewayDoor)
	answer, route := i.http(r)
	if answer.header.Get("opc-request-id") == "" {
		answer = answer.with("opc-request-id", i.requestID(r.Header))
	}
	i.endHTTP(r.Context(), r.Method, route, answer)
	respond(w, r, answer)
}

// http returns the answer to a request, and the path of its route; "" if it has none.
func (i *invocation) http(r *http.Request) (answer response, route string) {
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic while serving a request", fault)
			answer = errorResponse(events.Internal())
		}
	}()
	if err := forward.CheckHead(r); err != nil {
		return errorResponse(err), ""
	}
	path, ok := i.routedPath(r)
	if !ok {
		return notFound(), ""
	}
	served, err := findRoute(r.Method, path)
	if err != nil {
		return errorResponse(err), ""
	}
	if served.route == nil {
		return served.unrouted(), ""
	}
	answer = served.serve(i, r, served)
	if i.config.DryRun() && served.writes() {
		answer = answer.with("x-dry-run", "true")
	}
	return answer, served.path
}

// routedPath returns the escaped path after HTTP_BASE_PATH. A gateway gives path and query, a plain Fn server the whole URL. A path that
// begins with two slashes parses as a host; it is refused, so that it cannot reach a route that the gateway did not see.
func (i *invocation) routedPath(r *http.Request) (string, bool) {
	if r.URL.Scheme == "" && r.URL.Host != "" {
		return "", false
	}
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), i.config.HTTPBasePath)
	return path, ok && strings.HasPrefix(path, "/")
}

// InvalidURL answers a request whose URL or method does not parse, so that there is no [http.Request]. The context is that of
// [WithCallID], the header that of the request.
func (h *Handler) InvalidURL(ctx context.Context, header http.Header, w http.ResponseWriter) {
	i := h.invocation(ctx, gatewayDoor)
	answer := errorResponse(events.Invalid("InvalidParameter", "the request's URL or method does not parse")).
		with("opc-request-id", i.requestID(header))
	i.endHTTP(ctx, "", "", answer)
	respond(w, &http.Request{}, answer)
}

// requestID returns the opc-request-id for an answer that has none from OCI: the caller's, else the call id.
func (i *invocation) requestID(header http.Header) string {
	if id := header.Get("opc-request-id"); id != "" && command.IsHeaderValue(id) {
		return id
	}
	return i.callID
}

func notFound() response {
	return errorResponse(events.NotFound("there is nothing at this path"))
}
