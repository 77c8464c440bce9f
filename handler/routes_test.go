package handler

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestFindRoute(t *testing.T) {
	for _, c := range []struct{ method, path, route, parameter string }{
		{"POST", "/20230401/senderInvitations", "create", ""},
		{"GET", "/20230401/senderInvitations", "list", ""},
		{"HEAD", "/20230401/senderInvitations", "list", ""},
		{"GET", "/20230401/senderInvitations/ocid1.x.oc1..a", "get", "ocid1.x.oc1..a"},
		{"GET", "/20230401/senderInvitations/a%20b", "get", "a b"},
		{"GET", "/20230401/senderInvitations/a%2525", "get", "a%25"},
		{"PUT", "/20230401/senderInvitations/x", "update", "x"},
		{"POST", "/20230401/senderInvitations/x/actions/cancel", "cancel", "x"},
		{"DELETE", "/20230401/senderInvitations/x", "", ""},
		{"GET", "/20230401/senderInvitations/", "", ""},
		{"GET", "/20230401/senderInvitations/x/", "", ""},
		{"GET", "/20230401//senderInvitations", "", ""},
		{"GET", "/20230401/%73enderInvitations", "", ""},
		{"GET", "/20230401/SenderInvitations", "", ""},
		{"GET", "/senderInvitations", "", ""},
	} {
		found, err := findRoute(c.method, c.path)
		if err != nil {
			t.Errorf("%s %s: %v", c.method, c.path, err)
			continue
		}
		name := ""
		if found.route != nil {
			name = found.operation.Name
		}
		if name != c.route || found.parameters["senderInvitationId"] != c.parameter {
			t.Errorf("%s %s: %s %q", c.method, c.path, name, found.parameters)
		}
	}
	for _, path := range []string{"/..", "/.", "/%2e%2e", "/a%2fb", "/a%5Cb", "/a%0Ab", "/a%7f", "/a%c2%85", "/%ff"} {
		if found, err := findRoute("GET", "/20230401/senderInvitations"+path); err == nil {
			t.Errorf("%s is %v", path, found)
		}
	}
}

// FuzzRoute asserts that a path of a route with a parameter names one resource, and that OCI is called for the same one.
func FuzzRoute(f *testing.F) {
	f.Add("GET", "/20230401/senderInvitations/ocid1.x.oc1..a")
	f.Add("POST", "/20230401/senderInvitations/a%2525b/actions/cancel")
	f.Add("GET", "/20230401/workRequests/%c3%a9/logs")
	f.Fuzz(func(t *testing.T, method, path string) {
		address, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		found, err := findRoute(method, address.EscapedPath())
		if err != nil || found.route == nil {
			return
		}
		for name, value := range found.parameters {
			if strings.Contains(value, "/") || value == "" {
				t.Errorf("%s is %q", name, value)
			}
			forwarded := strings.Replace(found.path, "{"+name+"}", url.PathEscape(value), 1)
			again, err := findRoute(found.method, forwarded)
			if err != nil || again.route != found.route || again.parameters[name] != value {
				t.Errorf("%s is forwarded as %s", path, forwarded)
			}
		}
	})
}

// An answer to a HEAD request has no body.
func TestRespondHead(t *testing.T) {
	for method, want := range map[string]string{http.MethodHead: "", http.MethodGet: `{"a":1}`} {
		w := &recorder{header: http.Header{}}
		respond(w, &http.Request{Method: method}, jsonResponse(200, map[string]int{"a": 1}))
		if w.status != 200 || w.body.String() != want || w.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %q", method, w.status, w.body.String())
		}
	}
}

type recorder struct {
	header http.Header
	status int
	body   strings.Builder
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(status int)         { r.status = status }
func (r *recorder) Write(body []byte) (int, error) { return r.body.Write(body) }
