package handler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

const onePath = "/20230401/senderInvitations/ocid1.senderinvitation.oc1..a"

// Method, URL and headers may have 16 KB together, in any proportion, on every route.
func TestHeadLimit(t *testing.T) {
	const most = 16 << 10
	f := newFunction(t, &ocitest.Server{})
	for name, c := range map[string]struct {
		method, path string // %s stands for the long part
		header       string // the name of a long header
	}{
		"query":        {"GET", "/20230401/senderInvitations?compartmentId=" + ocitest.DefaultTenancy + "&displayName=%s", ""},
		"path":         {"GET", onePath + "%s", ""},
		"no such path": {"GET", "/%s", ""},
		"events":       {"POST", "/events?%s", ""},
		"webhook":      {"OPTIONS", "/events?%s", ""},
		"header":       {"GET", "/health", "X-A"},
		"attribute":    {"POST", "/events", "Ce-A"},
	} {
		for size, want := range map[int]bool{most: false, most + 1: true} {
			left := size - len(c.method) - len(strings.ReplaceAll(c.path, "%s", ""))
			if c.header != "" {
				left -= len(c.header) + len(": \r\n")
			}
			filled := strings.Repeat("x", left)
			r := httptest.NewRequest(c.method, strings.ReplaceAll(c.path, "%s", filled), nil)
			if c.header != "" {
				r.Header.Set(c.header, filled)
			}
			w := httptest.NewRecorder()
			f.HTTP(w, r)
			refused := w.Code == http.StatusRequestHeaderFieldsTooLarge
			if refused != want || refused && w.Body.String() != `{"code":"RequestHeaderFieldsTooLarge","message":"method, URL and headers are larger than 16384 bytes together"}` {
				t.Errorf("%s, %d bytes: %d %.300s", name, size, w.Code, w.Body)
			}
		}
	}
}

// Many small headers count like a large one.
func TestManySmallHeaders(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	r := httptest.NewRequest("GET", "/health", nil)
	for index := range 3000 {
		r.Header.Set(fmt.Sprint("X-", index), "")
	}
	w := httptest.NewRecorder()
	if f.HTTP(w, r); w.Code != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A header that is passed on, or returned to the caller, must be short and printable. The error names the header, and OCI is not called.
func TestPassedOnHeaders(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	long := strings.Repeat("x", 1025)
	for _, name := range []string{"if-match", "opc-retry-token", "opc-request-id", "webhook-request-origin"} {
		method, path := http.MethodPost, onePath+"/actions/cancel"
		if name == "webhook-request-origin" {
			method, path = http.MethodOptions, "/events"
		}
		for _, value := range []string{long, "a\nb", "a\tb", "ü", "\x7f", "\xff"} {
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set(name, value)
			w := httptest.NewRecorder()
			f.HTTP(w, r)
			want := `{"code":"InvalidParameter","message":"header ` + name + `: is longer than 1024 bytes or has a character that is not printable ASCII"}`
			if w.Code != 400 || w.Body.String() != want || w.Header().Get("opc-request-id") == value || len(oci.Calls()) > 0 {
				t.Errorf("%s %.10q: %d %s", name, value, w.Code, w.Body)
			}
		}
	}
	r := httptest.NewRequest(http.MethodPost, onePath+"/actions/cancel", nil)
	r.Header.Set("if-match", long[1:])
	w := httptest.NewRecorder()
	if f.HTTP(w, r); len(oci.Calls()) == 0 || oci.Calls()[0].Header.Get("if-match") != long[1:] {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// fdk-go has each header of the caller under two names, which counts once. A header that is there with the prefix alone, or with another
// value, counts by itself.
func TestDuplicateHeaders(t *testing.T) {
	long := strings.Repeat("x", 10<<10)
	for name, c := range map[string]struct {
		header http.Header
		status int
	}{
		"twice":      {http.Header{"X": {long}, "Fn-Http-H-X": {long}}, http.StatusOK},
		"another":    {http.Header{"X": {"small"}, "Fn-Http-H-X": {long + long}}, http.StatusRequestHeaderFieldsTooLarge},
		"the prefix": {http.Header{"Fn-Http-H-X": {long + long}}, http.StatusRequestHeaderFieldsTooLarge},
	} {
		f := newFunction(t, &ocitest.Server{})
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/health", nil)
		r.Header = c.header
		f.HTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}
