package console_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"sender-invitations/internal/console"
	"sender-invitations/internal/ocitest"
)

const samples = "../../testdata/events"

// stack is a console over the wire: at the address of an emulated OCI that takes unsigned requests, with doors that a test gives.
type stack struct {
	oci          *ocitest.Server
	view         *console.Console
	url, gateway string
	settings     map[string]string
	rotations    int
}

// echo is a door that reads the whole request and answers with its body.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	w.Write(body)
}

// start serves a console. Its doors are the two that are given, at /invoke and elsewhere.
func start(t *testing.T, direct, gated http.HandlerFunc) *stack {
	t.Helper()
	s := &stack{oci: &ocitest.Server{SkipSignatures: true}, settings: map[string]string{}}
	var atOCI, atGateway http.Handler
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { atOCI.ServeHTTP(w, r) }))
	t.Cleanup(emulator.Close)
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { atGateway.ServeHTTP(w, r) }))
	t.Cleanup(gateway.Close)
	s.url, s.gateway = emulator.URL, gateway.URL
	s.view = console.New(console.Stack{OCI: s.oci, Gateway: s.gateway, Emulator: s.url, Samples: samples,
		Setting: func(name string) string { return s.settings[name] },
		Rotate: func() error {
			s.rotations++
			if s.rotations > 1 {
				return fmt.Errorf("there are no keys left")
			}
			return nil
		}})
	s.oci.Fault = s.view.Fault
	atDirect, viaGateway := s.view.Record("direct", direct), s.view.Record("http", gated)
	atOCI, atGateway = s.view, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/invoke" {
			atDirect.ServeHTTP(w, r)
			return
		}
		viaGateway.ServeHTTP(w, r)
	})
	return s
}

// reply is an HTTP answer.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request. The reply's status is 0 if the connection was cut.
func do(t *testing.T, method, url string, body io.Reader, headers ...string) reply {
	t.Helper()
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	r.Host = r.Header.Get("Host") // "" is that of the URL
	r.Header.Del("Host")
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return reply{}
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return reply{}
	}
	return reply{got.StatusCode, got.Header, string(text)}
}
