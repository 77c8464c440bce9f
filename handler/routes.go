package handler

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// route is one path of the HTTP door with one method.
type route struct {
	method, path string
	operation    *command.Operation // of the Organizations API; nil for other routes
	serve        func(*invocation, *http.Request, matchedRoute) response
}

// writes reports whether a request of the route may change anything.
func (r *route) writes() bool { return r.method == http.MethodPost || r.method == http.MethodPut }

// matchedRoute is the route of a request, with the decoded values of its {names}. If the route is nil, methods are those of the routes with
// the path.
type matchedRoute struct {
	*route
	parameters map[string]string
	methods    []string
}

var routes = allRoutes()

func allRoutes() []*route {
	var all []*route
	for _, op := range command.Operations {
		if op.IsCall() {
			all = append(all, &route{op.Method, command.BasePath + op.Path, op, (*invocation).api})
		}
	}
	for _, prefix := range []string{"", command.BasePath} { // a gateway deployment with the API's prefix then needs no other
		all = append(all,
			&route{http.MethodPost, prefix + "/events", nil, (*invocation).postEvents},
			&route{http.MethodOptions, prefix + "/events", nil, (*invocation).validateWebhook},
			&route{http.MethodGet, prefix + "/health", nil, (*invocation).health})
	}
	return all
}

// findRoute matches an escaped path segment by segment. It neither cleans the path nor redirects. The error names a parameter that is not
// an identifier.
func findRoute(method, path string) (matchedRoute, error) {
	var found matchedRoute
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, candidate := range routes {
		parameters, fits, err := candidate.match(path)
		if err != nil {
			return found, err
		}
		if !fits {
			continue
		}
		if candidate.method == method {
			return matchedRoute{route: candidate, parameters: parameters}, nil
		}
		found.methods = append(found.methods, candidate.method)
	}
	return found, nil
}

func (r *route) match(path string) (map[string]string, bool, error) {
	pattern, segments := strings.Split(r.path, "/"), strings.Split(path, "/")
	if len(pattern) != len(segments) {
		return nil, false, nil
	}
	parameters := map[string]string{}
	for index, part := range pattern {
		name, isParameter := strings.CutPrefix(part, "{")
		if !isParameter {
			if part != segments[index] {
				return nil, false, nil
			}
			continue
		}
		if segments[index] == "" {
			return nil, false, nil
		}
		parameters[strings.TrimSuffix(name, "}")] = segments[index]
	}
	for name, segment := range parameters {
		value, err := url.PathUnescape(segment)
		if err != nil || value == "." || value == ".." || strings.IndexFunc(value, notInName) >= 0 {
			return nil, false, events.Invalid("InvalidParameter", name+" is not an identifier")
		}
		parameters[name] = value
	}
	return parameters, true, nil
}

func notInName(r rune) bool {
	return r == '/' || r == '\\' || unicode.IsControl(r) || r == unicode.ReplacementChar
}

// unrouted answers a request without a route: 405 if the path has other methods, else 404.
func (m matchedRoute) unrouted() response {
	if len(m.methods) == 0 {
		return notFound()
	}
	if slices.Contains(m.methods, http.MethodGet) {
		m.methods = append(m.methods, http.MethodHead)
	}
	slices.Sort(m.methods)
	allowed := strings.Join(m.methods, ", ")
	return errorResponse(events.NewError(http.StatusMethodNotAllowed, "MethodNotAllowed", "this path takes "+allowed)).with("allow", allowed)
}
