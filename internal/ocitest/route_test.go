package ocitest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

func TestUnknownRoutes(t *testing.T) {
	k := start(t, &ocitest.Server{})
	for _, test := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/20230401/recipientInvitations", 404, "NotAuthorizedOrNotFound"},
		{"GET", "/20230401/", 404, "NotAuthorizedOrNotFound"},
		{"GET", "/20230401/senderInvitations/", 404, "NotAuthorizedOrNotFound"},
		{"GET", "/20230401//senderInvitations", 404, "NotAuthorizedOrNotFound"},
		{"GET", "/20230401/x/../senderInvitations", 404, "NotAuthorizedOrNotFound"},
		{"GET", "/20181201/senderInvitations", 404, "NotAuthorizedOrNotFound"},
		{"POST", "/20181201/topics", 404, "NotAuthorizedOrNotFound"},
		{"DELETE", "/20230401/senderInvitations/x", 405, "MethodNotAllowed"},
		{"GET", "/20230401/senderInvitations/x/actions/cancel", 405, "MethodNotAllowed"},
		{"PUT", "/20181201/topics/x/messages", 405, "MethodNotAllowed"},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			got := k.send(t, test.method, test.path, "")
			got.check(t, test.status, test.code)
			if !strings.Contains(got.body, test.method) || !strings.Contains(got.body, test.path) {
				t.Errorf("message does not name the route: %s", got.body)
			}
		})
	}
}

// TestEscapedPath checks that a path is split before it is unescaped.
func TestEscapedPath(t *testing.T) {
	k := start(t, &ocitest.Server{})
	got := k.send(t, "GET", "/20230401/senderInvitations/a%2Fb%20c", "")
	got.check(t, 404, "NotAuthorizedOrNotFound")
	if !strings.Contains(got.body, "a/b c") {
		t.Errorf("answer %s", got.body)
	}
}

func TestRequestID(t *testing.T) {
	k := start(t, &ocitest.Server{})
	if id := k.send(t, "GET", "/20230401/senderInvitations/x", "", "opc-request-id", "mine").header.Get("opc-request-id"); id != "mine" {
		t.Errorf("opc-request-id %q", id)
	}
	a := k.send(t, "GET", "/20230401/senderInvitations/x", "").header.Get("opc-request-id")
	b := k.send(t, "GET", "/20230401/senderInvitations/x", "").header.Get("opc-request-id")
	if a == "" || a == b {
		t.Errorf("request ids %q and %q", a, b)
	}
}

func TestCalls(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "GET", "/20230401/senderInvitations/a%2Fb?x=1&x=2", "", "opc-request-id", "mine")
	k.send(t, "POST", messagesPath, `{"body":"b"}`)
	do(t, newRequest(t, "GET", k.url+"/20230401/unsigned", ""))
	do(t, newRequest(t, "GET", k.url+"/messages", ""))
	calls := k.Calls()
	if len(calls) != 3 {
		t.Fatalf("%d calls", len(calls))
	}
	if c := calls[0]; c.Method != "GET" || c.Path != "/20230401/senderInvitations/a%2Fb" || c.RawQuery != "x=1&x=2" ||
		c.Header.Get("opc-request-id") != "mine" || c.Status != 404 {
		t.Errorf("call %+v", c)
	}
	if c := calls[1]; c.Method != "POST" || string(c.Body) != `{"body":"b"}` || c.Status != 202 {
		t.Errorf("call %+v", c)
	}
	if c := calls[2]; c.Status != 401 {
		t.Errorf("call %+v", c)
	}
	calls[0].Header.Set("opc-request-id", "changed")
	calls[1].Body[0] = 'x'
	if again := k.Calls(); again[0].Header.Get("opc-request-id") != "mine" || again[1].Body[0] != '{' {
		t.Error("calls are not a copy")
	}
}

func TestPagesForPeople(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "GET", "/20230401/senderInvitations/x?y=z", "")
	var calls []map[string]any
	got := do(t, newRequest(t, "GET", k.url+"/calls", ""))
	if err := json.Unmarshal([]byte(got.body), &calls); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 1 || calls[0]["method"] != "GET" || calls[0]["path"] != "/20230401/senderInvitations/x" ||
		calls[0]["query"] != "y=z" || calls[0]["status"] != 404.0 {
		t.Errorf("page %s", got.body)
	}
	for path, want := range map[string]int{"/": 404, "/message": 404, "/messages/": 404, "/20230401": 404} {
		if got := do(t, newRequest(t, "GET", k.url+path, "")); got.status != want {
			t.Errorf("%s answers %d, want %d", path, got.status, want)
		}
	}
	if got := do(t, newRequest(t, "POST", k.url+"/messages", "")); got.status != 405 {
		t.Errorf("POST /messages answers %d", got.status)
	}
}
