package ocitest

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// request is one API request as an operation sees it.
type request struct {
	*http.Request
	id    string // the {id} of the route, unescaped
	query url.Values
	body  []byte
	now   time.Time
	fault Fault
}

// operation answers a request. The server's state is locked and settled.
type operation func(*Server, request) (answer, error)

// routes lists all operations of the emulated APIs.
var routes = []struct {
	name, method, path string
	run                operation
}{
	{"CreateSenderInvitation", "POST", "/20230401/senderInvitations", once((*Server).createInvitation)},
	{"ListSenderInvitations", "GET", "/20230401/senderInvitations", (*Server).listInvitations},
	{"GetSenderInvitation", "GET", "/20230401/senderInvitations/{id}", (*Server).getInvitation},
	{"UpdateSenderInvitation", "PUT", "/20230401/senderInvitations/{id}", (*Server).updateInvitation},
	{"CancelSenderInvitation", "POST", "/20230401/senderInvitations/{id}/actions/cancel", once((*Server).cancelInvitation)},
	{"ListWorkRequests", "GET", "/20230401/workRequests", (*Server).listWorkRequests},
	{"GetWorkRequest", "GET", "/20230401/workRequests/{id}", (*Server).getWorkRequest},
	{"ListWorkRequestErrors", "GET", "/20230401/workRequests/{id}/errors", (*Server).listWorkRequestErrors},
	{"ListWorkRequestLogs", "GET", "/20230401/workRequests/{id}/logs", (*Server).listWorkRequestLogs},
	{"GetTopic", "GET", "/20181201/topics/{id}", (*Server).getTopic},
	{"PublishMessage", "POST", "/20181201/topics/{id}/messages", (*Server).publishMessage},
	{"GetStream", "GET", "/20180418/streams/{id}", (*Server).getStream},
	{"PutMessages", "POST", "/20180418/streams/{id}/messages", (*Server).putMessages},
}

// Operation returns the name of the operation for a method and an escaped path, as
// the API reference has it; "" if the emulator has none.
func Operation(method, path string) string {
	for _, route := range routes {
		if _, ok := matchPath(route.path, path); ok && route.method == method {
			return route.name
		}
	}
	return ""
}

// findRoute returns the operation for a method and an escaped path, and the id in
// the path. It does not clean paths. The error is 404 for an unknown path, and 405
// for a known path with another method.
func findRoute(method, path string) (run operation, id string, err error) {
	known := false
	for _, route := range routes {
		id, ok := matchPath(route.path, path)
		if ok && route.method == method {
			return route.run, id, nil
		}
		known = known || ok
	}
	if known {
		return nil, "", fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "%s is not a method of %s", method, path)
	}
	return nil, "", fail(http.StatusNotFound, "NotAuthorizedOrNotFound", "the emulator has no operation %s %s", method, path)
}

// matchPath compares an escaped path with a pattern, segment by segment.
func matchPath(pattern, path string) (id string, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return "", false
	}
	for i, segment := range have {
		plain, err := url.PathUnescape(segment)
		switch {
		case err != nil || plain == "" && i > 0:
			return "", false
		case want[i] == "{id}":
			id = plain
		case want[i] != plain:
			return "", false
		}
	}
	return id, true
}
