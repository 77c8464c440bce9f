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
	method, path string
	run          operation
}{
	{"POST", "/20230401/senderInvitations", once((*Server).createInvitation)},
	{"GET", "/20230401/senderInvitations", (*Server).listInvitations},
	{"GET", "/20230401/senderInvitations/{id}", (*Server).getInvitation},
	{"PUT", "/20230401/senderInvitations/{id}", (*Server).updateInvitation},
	{"POST", "/20230401/senderInvitations/{id}/actions/cancel", once((*Server).cancelInvitation)},
	{"GET", "/20230401/workRequests", (*Server).listWorkRequests},
	{"GET", "/20230401/workRequests/{id}", (*Server).getWorkRequest},
	{"GET", "/20230401/workRequests/{id}/errors", (*Server).listWorkRequestErrors},
	{"GET", "/20230401/workRequests/{id}/logs", (*Server).listWorkRequestLogs},
	{"GET", "/20181201/topics/{id}", (*Server).getTopic},
	{"POST", "/20181201/topics/{id}/messages", (*Server).publishMessage},
	{"GET", "/20180418/streams/{id}", (*Server).getStream},
	{"POST", "/20180418/streams/{id}/messages", (*Server).putMessages},
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
