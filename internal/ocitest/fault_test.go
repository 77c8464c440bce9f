package ocitest_test

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// startFaulty starts a server that applies f to every request, and sends it a
// create. The reply is nil if the connection was cut.
func startFaulty(t *testing.T, f ocitest.Fault) (*stack, *reply) {
	t.Helper()
	k := start(t, &ocitest.Server{Fault: func(*http.Request) ocitest.Fault { return f }})
	r := newRequest(t, "POST", k.url+invitationsPath, details("one"))
	if err := k.signer.Sign(r); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return k, nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return k, &reply{response.StatusCode, response.Header, string(body)}
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name   string
		fault  ocitest.Fault
		status int // 0 for a cut
		code   string
		done   bool // the invitation was created
	}{
		{"none", ocitest.Fault{}, 200, "", true},
		{"delay", ocitest.Fault{Delay: time.Millisecond}, 200, "", true},
		{"reset", ocitest.Fault{Reset: true}, 0, "", false},
		{"status", ocitest.Fault{Status: 429}, 429, "TooManyRequests", false},
		{"code", ocitest.Fault{Status: 409, Code: "IncorrectState"}, 409, "IncorrectState", false},
		{"dropped answer", ocitest.Fault{DropAnswer: true}, 0, "", true},
		{"reset before status", ocitest.Fault{Delay: time.Millisecond, Reset: true, Status: 500, DropAnswer: true}, 0, "", false},
		{"status before dropped answer", ocitest.Fault{Status: 500, DropAnswer: true}, 500, "InternalServerError", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			k, got := startFaulty(t, test.fault)
			switch {
			case (got == nil) != (test.status == 0):
				t.Errorf("answer %v, want %d", got, test.status)
			case test.code != "":
				got.check(t, test.status, test.code)
			}
			if done := len(k.Invitations()) == 1; done != test.done {
				t.Errorf("invitation created: %v, want %v", done, test.done)
			}
			if calls := k.Calls(); len(calls) != 1 || calls[0].Status != test.status {
				t.Errorf("calls %v", calls)
			}
		})
	}
}

func TestFaultRetryAfter(t *testing.T) {
	_, got := startFaulty(t, ocitest.Fault{Status: 503, Message: "later", RetryAfter: 7})
	if got.body != `{"code":"ServiceUnavailable","message":"later"}` || got.header.Get("retry-after") != "7" {
		t.Errorf("answer %v", got)
	}
}

// TestDelayEndsWithTheClient lasts an hour if the delay does not end early.
func TestDelayEndsWithTheClient(t *testing.T) {
	client, leave := context.WithCancel(context.Background())
	s := &ocitest.Server{SkipSignatures: true, Fault: func(*http.Request) ocitest.Fault {
		leave()
		return ocitest.Fault{Delay: time.Hour}
	}}
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(over)
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	r := newRequest(t, "POST", server.URL+invitationsPath, details("one"))
	if _, err := http.DefaultTransport.RoundTrip(r.WithContext(client)); err == nil {
		t.Error("got an answer")
	}
	<-over
	if list := s.Invitations(); len(list) != 0 {
		t.Errorf("invitations %v", list)
	}
	if calls := s.Calls(); len(calls) != 1 || calls[0].Status != 0 {
		t.Errorf("calls %v", calls)
	}
}

func TestFaultIsCalledOnce(t *testing.T) {
	var bodies []string
	k := start(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		bodies = append(bodies, r.Method+" "+string(body))
		return ocitest.Fault{}
	}})
	do(t, newRequest(t, "POST", k.url+invitationsPath, "unsigned")).check(t, 401, "NotAuthenticated")
	do(t, newRequest(t, "GET", k.url+"/messages", ""))
	if got := k.send(t, "POST", invitationsPath, details("one")); got.status != 200 {
		t.Errorf("answer %d %s", got.status, got.body)
	}
	k.send(t, "GET", "/20230401/unknown", "").check(t, 404, "NotAuthorizedOrNotFound")
	if len(bodies) != 2 || bodies[0] != "POST "+details("one") || bodies[1] != "GET " {
		t.Errorf("Fault was called for %q", bodies)
	}
}

func TestFaultWithBody(t *testing.T) {
	for body, kind := range map[string]string{`{"other": null}`: "application/json", "<html>": "text/html"} {
		k, got := startFaulty(t, ocitest.Fault{Status: 200, Body: body})
		if got.status != 200 || got.body != body || got.header.Get("content-type") != kind || len(k.Invitations()) != 0 {
			t.Errorf("answer %d %q %v", got.status, got.body, got.header)
		}
	}
}

// TestSpoiledAnswers checks that a fault without a Status changes the answer but not the effect, and that a repeat with the same retry token
// gets the whole answer.
func TestSpoiledAnswers(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault ocitest.Fault
		body  string // "" for the operation's own
		etag  string
	}{
		{"body", ocitest.Fault{Body: `{}`}, `{}`, "1-1"},
		{"no body", ocitest.Fault{Empty: true}, "none", "1-1"},
		{"no etag", ocitest.Fault{Header: map[string]string{"etag": ""}}, "", ""},
		{"header", ocitest.Fault{Header: map[string]string{"etag": "other"}}, "", "other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls := 0
			k := start(t, &ocitest.Server{Fault: func(*http.Request) ocitest.Fault {
				if calls++; calls == 1 {
					return test.fault
				}
				return ocitest.Fault{}
			}})
			spoiled := k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "t")
			whole := k.send(t, "POST", invitationsPath, details("one"), "opc-retry-token", "t")
			want := strings.Replace(cmp.Or(test.body, whole.body), "none", "", 1)
			if spoiled.status != 200 || spoiled.body != want || spoiled.header.Get("etag") != test.etag {
				t.Errorf("spoiled: %d %q, etag %q", spoiled.status, spoiled.body, spoiled.header.Get("etag"))
			}
			if len(k.Invitations()) != 1 || !strings.Contains(whole.body, k.Invitations()[0].ID) || whole.header.Get("etag") != "1-1" {
				t.Errorf("repeated: %q %v", whole.body, whole.header)
			}
		})
	}
}
