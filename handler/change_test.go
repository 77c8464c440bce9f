package handler_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

const theInvitation = "ocid1.senderinvitation.oc1..aaaaaaaa00000001"

// While an invitation is CREATING or UPDATING the service refuses a change (409 IncorrectState). That passes, so a command reads and
// tries again; any other IncorrectState is final.
func TestIncorrectState(t *testing.T) {
	t.Parallel()
	const update, cancel = `"operation": "update", "displayName": "new"`, `"operation": "cancel"`
	for name, c := range map[string]struct {
		before   string // a command that is carried out first, after the create
		settled  bool   // before it, the invitation is no longer CREATING
		command  string
		step     int // the read, counted from 1, by which the service's work is done; 0: never
		attempts string
		want     string // method and status of each call
		outcome  string // "" if the invocation is cut
	}{
		"cancel while CREATING":       {command: cancel, step: 2, want: "GET 200, POST 409, GET 200, POST 200", outcome: "canceled"},
		"update while CREATING":       {command: update, step: 2, want: "GET 200, PUT 409, GET 200, PUT 200", outcome: "updated"},
		"cancel while being canceled": {before: cancel, settled: true, command: cancel, step: 3, want: "GET 200, POST 409, GET 200", outcome: "unchanged"},
		"CREATING for too long":       {command: cancel, attempts: "2", want: "GET 200, POST 409, GET 200, POST 409"},
		"no retries":                  {command: cancel + `, "retry": "none"`, want: "GET 200, POST 409"},
		"one attempt":                 {command: cancel, attempts: "1", want: "GET 200, POST 409"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var late, reads atomic.Int64 // seconds that the clock is ahead
			oci := &ocitest.Server{Step: time.Minute, Now: func() time.Time { return time.Now().Add(time.Duration(late.Load()) * time.Second) }}
			oci.Fault = func(r *http.Request) ocitest.Fault {
				if isRequest(r, http.MethodGet, theInvitation) && int(reads.Add(1)) == c.step {
					late.Add(120)
				}
				return ocitest.Fault{}
			}
			f := newFunction(t, oci, "MAX_ATTEMPTS", cmp.Or(c.attempts, "5"))
			f.invoke(creates("a"))
			if c.settled {
				late.Add(120)
			}
			if c.before != "" {
				f.invoke(`{` + c.before + `, "senderInvitationId": "` + theInvitation + `"}`)
			}
			before := len(oci.Calls())
			answer, cut := f.invoke(`{` + c.command + `, "senderInvitationId": "` + theInvitation + `"}`)
			if cut != (c.outcome == "") || !cut && !strings.Contains(answer, `"outcome":"`+c.outcome+`"`) {
				t.Errorf("cut %v: %s", cut, answer)
			}
			if calls := told(oci.Calls()[before:]); calls != c.want {
				t.Errorf("calls: %s", calls)
			}
			messages := oci.Messages()
			if last := messages[len(messages)-1].Body; cut && !(strings.Contains(last, `"code":"IncorrectState"`) && strings.Contains(last, `"retryable":true`)) {
				t.Error(last)
			}
		})
	}
}

// told returns method and status of the calls to Organizations.
func told(calls []ocitest.Call) string {
	calls = slices.DeleteFunc(calls, func(c ocitest.Call) bool { return !strings.HasPrefix(c.Path, "/20230401/") })
	var told []string
	for _, call := range calls {
		told = append(told, fmt.Sprint(call.Method, " ", call.Status))
	}
	return strings.Join(told, ", ")
}

// After an IncorrectState without a change under way, the invitation is read once more, for a change may have begun since the last read. If
// there is none, the refusal is final.
func TestFinalIncorrectState(t *testing.T) {
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodPost, "cancel") {
			return ocitest.Fault{Status: 409, Code: "IncorrectState"}
		}
		return ocitest.Fault{}
	}}
	f := newFunction(t, oci)
	f.invoke(creates("a"))
	before := len(oci.Calls())
	answer, cut := f.invoke(`{"operation": "cancel", "senderInvitationId": "` + theInvitation + `"}`)
	if cut || !strings.Contains(answer, `"code":"IncorrectState"`) || !strings.Contains(answer, `"retryable":false`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
	if calls := told(oci.Calls()[before:]); calls != "GET 200, POST 409, GET 200" {
		t.Errorf("calls: %s", calls)
	}
}

// An update reads an invitation again that was changed in between, and gives up after some changes. The status says so, also if the answer
// has lost its body.
func TestChangedInBetween(t *testing.T) {
	for changes, want := range map[int64]string{2: `"outcome":"updated"`, 100: `"code":"NoEtagMatch"`} {
		var refused atomic.Int64
		oci := &ocitest.Server{}
		oci.Fault = func(r *http.Request) ocitest.Fault {
			if isRequest(r, http.MethodPut, theInvitation) && refused.Add(1) <= changes {
				return ocitest.Fault{Status: 412, Code: "NoEtagMatch", Empty: refused.Load()%2 == 0}
			}
			return ocitest.Fault{}
		}
		f := newFunction(t, oci)
		f.invoke(creates("a"))
		answer, cut := f.invoke(updates(theInvitation))
		if cut || !strings.Contains(answer, want) || refused.Load() != min(changes+1, 5) {
			t.Errorf("%d changes: cut %v after %d writes: %s", changes, cut, refused.Load(), answer)
		}
	}
}

// An event that a list has several times is carried out once in effect, and published once for each of its outcomes.
func TestRepeatsInAList(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	one := strings.Trim(creates("a"), "[]")
	if answer, cut := f.invoke("[" + one + "," + one + "," + one + "]"); cut || strings.Count(answer, `"outcome":"existing"`) != 2 {
		t.Fatalf("cut %v: %s", cut, answer)
	}
	messages := oci.Messages()
	if len(oci.Invitations()) != 1 || len(messages) != 1 || strings.Count(messages[0].Body, `"specversion"`) != 2 {
		t.Errorf("%d invitations; %v", len(oci.Invitations()), messages)
	}
	// Failures with the same id are all published, for their originals differ.
	const bad = `{"specversion": "1.0", "id": "9", "source": "/s", "type": "senderinvitation.create", "data": {"displayName": "%d"}}`
	f.invoke("[" + fmt.Sprintf(bad, 1) + "," + fmt.Sprintf(bad, 2) + "," + fmt.Sprintf(bad, 2) + "]")
	messages = oci.Messages()
	if last := messages[len(messages)-1].Body; strings.Count(last, `"eventListed":true`) != 2 {
		t.Error(last)
	}
}

// An update with an old etag changes nothing if the invitation is as wanted: the update itself made the etag old, and is repeated, or its
// answer was lost. If the invitation is not as wanted, the etag is not replaced.
func TestOwnEtag(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lost    bool
		command string
		want    string
		calls   string
	}{
		"comes again":    {command: `"displayName": "u0", "ifMatch": "1-2"`, want: `"outcome":"unchanged"`, calls: "GET 200"},
		"answer lost":    {lost: true, command: `"displayName": "new", "ifMatch": "1-3"`, want: `"outcome":"unchanged"`, calls: "GET 200, PUT 0, PUT 412, GET 200"},
		"another writer": {command: `"displayName": "new", "ifMatch": "1-2"`, want: `"code":"NoEtagMatch"`, calls: "GET 200, PUT 412, GET 200"},
	} {
		t.Run(name, func(t *testing.T) {
			var writes atomic.Int64
			oci := &ocitest.Server{}
			oci.Fault = func(r *http.Request) ocitest.Fault {
				return ocitest.Fault{DropAnswer: isRequest(r, http.MethodPut, theInvitation) && writes.Add(1) == 2 && c.lost}
			}
			f := newFunction(t, oci)
			f.invoke(creates("a"))
			f.invoke(updates(theInvitation))
			before := len(oci.Calls())
			answer, cut := f.invoke(`{"operation": "update", "senderInvitationId": "` + theInvitation + `", ` + c.command + `}`)
			if cut || !strings.Contains(answer, c.want) {
				t.Errorf("cut %v: %s", cut, answer)
			}
			if calls := told(oci.Calls()[before:]); calls != c.calls {
				t.Errorf("calls: %s", calls)
			}
		})
	}
}

// An invitation that was selected as PENDING may no longer be PENDING when it is changed.
func TestNoLongerPending(t *testing.T) {
	oci := &ocitest.Server{}
	oci.Fault = func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodGet, theInvitation) {
			if err := oci.Accept(theInvitation); err != nil {
				t.Error(err)
			}
		}
		return ocitest.Fault{}
	}
	f := newFunction(t, oci)
	f.invoke(creates("a"))
	answer, cut := f.invoke(updates("ocid1.tenancy.oc1..a"))
	if cut || !strings.Contains(answer, `"code":"NotAuthorizedOrNotFound","message":"update: the recipient tenancy has no PENDING invitation"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

// If the read after a refusal has no answer in time, the error is still the refusal. The retry-after of a 409 is obeyed: here it asks for
// more time than there is.
func TestRefusalIsKept(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*http.Request, int64) ocitest.Fault{
		"slow look": func(r *http.Request, reads int64) ocitest.Fault {
			if r.Method == http.MethodGet && reads == 2 {
				return ocitest.Fault{Delay: time.Minute}
			}
			return ocitest.Fault{}
		},
		"retry-after": func(r *http.Request, _ int64) ocitest.Fault {
			if r.Method == http.MethodPost {
				return ocitest.Fault{Status: 409, Code: "IncorrectState", RetryAfter: 60}
			}
			return ocitest.Fault{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var reads atomic.Int64
			oci := &ocitest.Server{Step: time.Hour}
			oci.Fault = func(r *http.Request) ocitest.Fault {
				if !strings.Contains(r.URL.Path, theInvitation) {
					return ocitest.Fault{}
				}
				if r.Method == http.MethodGet {
					reads.Add(1)
				}
				return fault(r, reads.Load())
			}
			f := newFunction(t, oci)
			f.invoke(creates("a"))
			if answer, cut := f.invokeWithin(usedUp, `{"operation": "cancel", "senderInvitationId": "`+theInvitation+`", "opcRequestId": "own"}`); !cut {
				t.Error(answer)
			}
			messages := oci.Messages()
			last := messages[len(messages)-1].Body
			for _, want := range []string{`"status":409`, `"code":"IncorrectState"`, `"retryable":true`, `"opcRequestId":"own"`} {
				if !strings.Contains(last, want) {
					t.Errorf("no %s in %s", want, last)
				}
			}
		})
	}
}

// Two different events for one recipient tenancy at the same time both find no invitation, and make two, unless they have the same retry
// token.
func TestTwoEventsAtOnce(t *testing.T) {
	for token, want := range map[string]int{"": 2, `, "opcRetryToken": "order-1"`: 1} {
		var arrived sync.WaitGroup
		arrived.Add(2)
		oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if isRequest(r, http.MethodPost, "/senderInvitations") {
				arrived.Done()
				arrived.Wait() // until both have listed
			}
			return ocitest.Fault{}
		}}
		f := newFunction(t, oci)
		var calls sync.WaitGroup
		for _, id := range []string{"1", "2"} {
			calls.Go(func() {
				if answer, cut := f.invoke(`{"specversion": "1.0", "id": "` + id + `", "source": "/s", "type": "senderinvitation.create",
					"data": {"recipientTenancyId": "ocid1.tenancy.oc1..a"` + token + `}}`); cut || !strings.Contains(answer, `"outcome":"created"`) {
					t.Errorf("cut %v: %s", cut, answer)
				}
			})
		}
		calls.Wait()
		if made := len(oci.Invitations()); made != want {
			t.Errorf("%s: %d invitations", token, made)
		}
	}
}

// A change also gives up after refusals of both kinds in turn.
func TestRefusalsInTurn(t *testing.T) {
	var refused atomic.Int64
	oci := &ocitest.Server{Step: time.Hour}
	oci.Fault = func(r *http.Request) ocitest.Fault {
		switch {
		case !isRequest(r, http.MethodPut, theInvitation):
			return ocitest.Fault{}
		case refused.Add(1) <= 2:
			return ocitest.Fault{Status: 412, Code: "NoEtagMatch"}
		}
		return ocitest.Fault{Status: 409, Code: "IncorrectState"}
	}
	f := newFunction(t, oci, "MAX_ATTEMPTS", "1")
	f.invoke(creates("a"))
	if answer, cut := f.invoke(updates(theInvitation)); !cut || refused.Load() != 3 {
		t.Errorf("cut %v after %d writes: %s", cut, refused.Load(), answer)
	}
}

// Waiting for the service takes no write from those that an update may make because others change the invitation.
func TestRefusalsAreCountedByKind(t *testing.T) {
	var writes atomic.Int64
	oci := &ocitest.Server{Step: time.Hour} // the invitation stays CREATING
	oci.Fault = func(r *http.Request) ocitest.Fault {
		if !isRequest(r, http.MethodPut, theInvitation) {
			return ocitest.Fault{}
		}
		switch number := writes.Add(1); {
		case number == 1:
			return ocitest.Fault{Status: 409, Code: "IncorrectState"}
		case number <= 5:
			return ocitest.Fault{Status: 412, Code: "NoEtagMatch"}
		}
		return ocitest.Fault{Status: 200, Body: `{"id": "` + theInvitation + `"}`}
	}
	f := newFunction(t, oci, "MAX_ATTEMPTS", "2")
	f.invoke(creates("a"))
	if answer, cut := f.invoke(updates(theInvitation)); cut || !strings.Contains(answer, `"outcome":"updated"`) {
		t.Errorf("cut %v after %d writes: %s", cut, writes.Load(), answer)
	}
}
