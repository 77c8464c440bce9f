package handler_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// broken is a network that panics when an invitation is canceled.
type broken struct{ http.RoundTripper }

func (b broken) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, "/actions/cancel") {
		panic("secret of cancel")
	}
	return b.RoundTripper.RoundTrip(r)
}

// A panic on one record fails that record alone: it is published with its original and does not come again.
func TestPanicOnARecord(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`)
	f.SetTransport(broken{f.Network()})
	const cancel = `{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`
	answer, cut := f.invoke("[" + cancel + "," + strings.Trim(creates("a"), "[]") + "]")
	if cut || !strings.Contains(answer, `"status":500,"code":"InternalServerError","message":"internal error","retryable":false`) || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
	published := ""
	for _, message := range oci.Messages() {
		published += message.Body
	}
	if !strings.Contains(published, `{\"operation\": \"cancel\"`) || strings.Contains(answer+published, "secret") {
		t.Error(published)
	}
	if log := f.log.String(); !strings.Contains(log, "secret of cancel") || !strings.Contains(log, "panic_test.go") {
		t.Errorf("no stack in %s", log)
	}
	response := f.request(http.MethodPost, "/events", cancel)
	if response.Code != 500 || response.Body.String() != `{"code":"InternalServerError","message":"internal error"}` {
		t.Errorf("%d %s", response.Code, response.Body)
	}
}

// brokenBody is a body that panics.
type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { panic("secret of the body") }

// After a panic outside a record, the direct door cuts without writing a byte, and the HTTP door answers 500 without detail.
func TestPanicOutsideARecord(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if fault := recover(); fault != http.ErrAbortHandler {
				t.Errorf("panics with %v", fault)
			}
		}()
		f.Direct(w, httptest.NewRequest(http.MethodPost, "/invoke", brokenBody{}))
	}()
	if w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("written before the cut: %v %s", w.Header(), w.Body)
	}
	w = httptest.NewRecorder()
	f.HTTP(w, httptest.NewRequest(http.MethodPost, "/events", brokenBody{}))
	if w.Code != 500 || w.Body.String() != `{"code":"InternalServerError","message":"internal error"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if log := f.log.String(); strings.Count(log, "secret of the body") != 2 || !strings.Contains(log, "panic_test.go") {
		t.Errorf("no stack in %s", log)
	}
}
