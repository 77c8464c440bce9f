package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"sender-invitations/internal/console/pagetest"
	"sender-invitations/internal/ocitest"
)

// call is a call as the page reads it.
type call struct {
	ID, At, Method, Path, Query, Operation, RequestID, Delivery string
	RequestHeaders                                              map[string]string
	RequestBody, AnswerBody                                     string
	RequestCut, AnswerCut, Done                                 bool
	Attempts                                                    []struct {
		Status int
		MS     float64
		Cut    bool
	}
	Status int
	MS     float64
}

func (c call) statuses() (list []int) {
	for _, a := range c.Attempts {
		list = append(list, a.Status)
	}
	return list
}

// ended waits until so many calls have ended, and returns them.
func ended(p *pagetest.Page, count int) (list []call) {
	p.Until(fmt.Sprint(count, " calls"), func() bool {
		list = pagetest.Of[call](p, "calls")
		for _, c := range list {
			if !c.Done {
				return false
			}
		}
		return len(list) == count
	})
	return list
}

const (
	invitations = "/20230401/senderInvitations"
	tenancy     = "ocid1.tenancy.oc1..aaaaaaaasender"
	listing     = invitations + "?compartmentId=" + tenancy
	results     = "/20181201/topics/ocid1.onstopic.oc1.iad.results/messages"
	events      = "/20180418/streams/ocid1.stream.oc1.iad.events/messages"
)

func TestCall(t *testing.T) {
	s := start(t, echo, echo)
	do(t, "GET", s.url+listing, nil, "Opc-Request-Id", "r", "Authorization", "secret", "If-Match", "e")
	do(t, "POST", s.url+results, strings.NewReader(`{"body":"`+strings.Repeat("x", 64<<10)+`"}`))
	do(t, "GET", s.url+"/messages", nil) // a page for people is no call
	p := pagetest.Open(t, s.url)
	p.Until("the world", func() bool { return p.World != nil }) // it comes behind the items
	got := ended(p, 2)
	first, second := got[0], got[1]
	if first.ID != "call-1" || first.Method != "GET" || first.Path != invitations || first.Query != "compartmentId="+tenancy ||
		first.Operation != "ListSenderInvitations" || first.RequestID != "r" || first.RequestHeaders["If-Match"] != "e" ||
		first.Status != 200 || first.AnswerBody != `{"items":[]}` || len(first.Attempts) != 1 || first.MS < first.Attempts[0].MS {
		t.Errorf("%+v", first)
	}
	if second.Operation != "PublishMessage" || second.RequestID != "" || !second.RequestCut || len(second.RequestBody) != 64<<10 || second.AnswerCut ||
		second.Status != 413 {
		t.Errorf("%+v", second)
	}
	if strings.Contains(fmt.Sprint(got), "secret") {
		t.Error("the page gets a signature")
	}
}

// TestAttempts checks which requests are attempts of one call: the same request again, after it has failed.
func TestAttempts(t *testing.T) {
	s := start(t, echo, echo)
	list := func(headers ...string) { do(t, "GET", s.url+listing, nil, append(headers, "Opc-Request-Id", "r")...) }
	create := func(hash string) {
		do(t, "POST", s.url+invitations, strings.NewReader(`{}`), "Opc-Request-Id", "r", "X-Content-Sha256", hash)
	}
	pagetest.Post(t, s.url, "act", `{"action":"throttle","calls":2}`)
	list()
	list()
	list() // succeeds
	list() // another call
	pagetest.Post(t, s.url, "act", `{"action":"throttle","calls":3}`)
	list("Opc-Retry-Token", "one")
	list("Opc-Retry-Token", "two")
	create("one")
	create("two") // 400, which is no reason to try again
	create("two")
	create("one")
	pagetest.Post(t, s.url, "act", `{"action":"throttle","calls":-1}`)
	do(t, "GET", s.url+listing, nil)
	do(t, "GET", s.url+listing, nil) // has no id that would tell
	want := []string{"[429 429 200]", "[200]", "[429]", "[429]", "[429 400]", "[400]", "[400]", "[429]", "[429]"}
	got := ended(pagetest.Open(t, s.url), len(want))
	for n, c := range got {
		if fmt.Sprint(c.statuses()) != want[n] || c.Status != c.Attempts[len(c.Attempts)-1].Status {
			t.Errorf("%s: %v, want %s", c.ID, c.statuses(), want[n])
		}
	}
}

// TestSimultaneous checks that of two requests at the same time neither is an attempt of the other.
func TestSimultaneous(t *testing.T) {
	s := start(t, echo, echo)
	var both sync.WaitGroup
	both.Add(2)
	s.oci.Fault = func(*http.Request) ocitest.Fault {
		both.Done()
		both.Wait()
		return ocitest.Fault{Status: 503}
	}
	other := make(chan reply)
	go func() { other <- do(t, "GET", s.url+listing, nil, "Opc-Request-Id", "r") }()
	do(t, "GET", s.url+listing, nil, "Opc-Request-Id", "r")
	<-other
	if got := ended(pagetest.Open(t, s.url), 2); len(got[0].Attempts) != 1 || len(got[1].Attempts) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestCutAttempt checks that a cut connection is an attempt that failed, and that OCI cuts it all the same.
func TestCutAttempt(t *testing.T) {
	s := start(t, echo, echo)
	s.oci.Fault = func(r *http.Request) ocitest.Fault { return ocitest.Fault{Reset: r.Header.Get("Cut") != ""} }
	if got := do(t, "POST", s.url+invitations, strings.NewReader(`{}`), "Opc-Request-Id", "r", "Cut", "1"); got.status != 0 {
		t.Errorf("not cut: %+v", got)
	}
	do(t, "POST", s.url+invitations, strings.NewReader(`{}`), "Opc-Request-Id", "r")
	c := ended(pagetest.Open(t, s.url), 1)[0]
	if fmt.Sprint(c.statuses()) != "[0 400]" || !c.Attempts[0].Cut || c.Attempts[1].Cut {
		t.Errorf("%+v", c)
	}
}

// TestAttemptsAreBounded checks that a client that repeats for ever does not make one call ever larger.
func TestAttemptsAreBounded(t *testing.T) {
	s := start(t, echo, echo)
	pagetest.Post(t, s.url, "act", `{"action":"throttle","calls":-1}`)
	for range 60 {
		do(t, "GET", s.url+listing, nil, "Opc-Request-Id", "r")
	}
	if got := ended(pagetest.Open(t, s.url), 2); len(got[0].Attempts) != 50 || len(got[1].Attempts) != 10 {
		t.Errorf("%d and %d attempts", len(got[0].Attempts), len(got[1].Attempts))
	}
}
