package fnhost_test

import (
	"net/http"
	"testing"

	"sender-invitations/internal/fnhost"
)

// TestCallIDOfContext checks that a handler around either door can set the call id, which the caller cannot.
func TestCallIDOfContext(t *testing.T) {
	h := newHost(t)
	for name, door := range map[string]http.Handler{"direct": h.Direct(), "gateway": h.Gateway()} {
		address := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			door.ServeHTTP(w, r.WithContext(fnhost.WithCallID(r.Context(), "ours")))
		}))
		_, body := send(t, address, post("/", "Fn-Call-Id: theirs\n", "tell"))
		if got := parse(t, []byte(body)).CallID; got != "ours" {
			t.Errorf("%s: the function's call id is %q", name, got)
		}
	}
	answer, err := h.Invoke(fnhost.WithCallID(t.Context(), "ours"), fnhost.Call{Header: http.Header{"Fn-Call-Id": {"own"}}, Body: []byte("tell")})
	if err != nil || answer.CallID != "own" {
		t.Errorf("the call's own id: %q %v", answer.CallID, err)
	}
}

// TestCallIDOfFailure checks that a direct call that fails is answered with its id, as on OCI.
func TestCallIDOfFailure(t *testing.T) {
	h := newHost(t)
	h.CallID = func() string { return "the-id" }
	address := serve(t, h.Direct())
	resp, body := send(t, address, post("/", "", "abort"))
	wantError(t, resp, body, 502, "FunctionInvokeExecutionFailed")
	if id := resp.Header.Get("Fn-Call-Id"); id != "the-id" {
		t.Errorf("Fn-Call-Id: %q", id)
	}
	if resp, _ := send(t, address, "GET / HTTP/1.1\nHost: h\n\n"); resp.Header.Get("Fn-Call-Id") != "" {
		t.Error("a refused method has a call id, though there was no call")
	}
}
