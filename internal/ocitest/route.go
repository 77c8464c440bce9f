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
}

// operation answers a request, with the server's state locked and settled.
type operation func(*Server, request) (answer, error)

// routes says everything that the emulated APIs can do.
var routes = []struct {
	method, path string
	run          operation
}{
	{"POST", "/20230401/senderInvitations", once((*Server).createInvitation)},
	{"GET", "/20230401/senderInvitations", (*Server).listInvitations},
	{"GET", "/20230401/senderInvitations/{id}", (*Server).getInvitation},
	{"PUT", "/20230401/senderInvitations/{id}", (*Server).updateInvitation},
	{"POST", "/20230401/senderInvitations/{id}/actions/cancel", once((*Server).cancelInvitation)},
	{"GET", "/20230401/workRequests/{id}", (*Server).getWorkRequest},
	{"GET", "/20230401/workRequests/{id}/errors", (*Server).listWorkRequestErrors},
	{"GET", "/20230401/workRequests/{id}/logs", (*Server).listWorkRequestLogs},
	{"GET", "/20181201/topics/{id}", (*Server).getTopic},
	{"POST", "/20181201/topics/{id}/messages", (*Server).publishMessage},
}

// findRoute finds the operation of a method and an escaped path, and the id in
// the path. Paths are taken as they come: nothing is cleaned and no one is
// redirected. The error is 404 for an unknown path, 405 for a known one with
// another method.
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
	return nil, "", fail(http.StatusNotFound, "NotAuthorizedOrNotFound", "the emulator knows no %s %s", method, path)
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
