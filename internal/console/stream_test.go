package console_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/console"
	"sender-invitations/internal/console/pagetest"
	"sender-invitations/internal/ocitest"
)

func TestHello(t *testing.T) {
	s := start(t, echo, echo)
	s.settings["HTTP_BASE_PATH"], s.settings["EVENT_TYPE_PREFIX"] = "/v1", "com.acme"
	var hello struct {
		Stack, Gateway, Emulator, BasePath, Prefix, Tenancy string
		Settings                                            map[string]string
	}
	first := pagetest.Open(t, s.url)
	if err := json.Unmarshal(first.Hello, &hello); err != nil {
		t.Fatal(err)
	}
	if hello.Stack == "" || hello.Gateway != s.gateway || hello.Emulator != s.url || hello.BasePath != "/v1" || hello.Prefix != "com.acme" ||
		hello.Tenancy != ocitest.DefaultTenancy || fmt.Sprint(hello.Settings) != "map[EVENT_TYPE_PREFIX:com.acme HTTP_BASE_PATH:/v1 MODE:enforce]" {
		t.Errorf("%s", first.Hello)
	}
	if again := pagetest.Open(t, s.url); string(again.Hello) != string(first.Hello) {
		t.Errorf("%s", again.Hello)
	}
	if other := pagetest.Open(t, start(t, echo, echo).url); strings.Contains(string(other.Hello), hello.Stack) {
		t.Error("another run has the same id")
	}
}

// TestInvitation follows an invitation on the page: through the stages that time alone brings, and a change that somebody makes.
func TestInvitation(t *testing.T) {
	console.SetBeat(t, time.Hour) // time alone must be enough
	s := start(t, echo, echo)
	s.oci.Step = 10 * time.Millisecond
	p := pagetest.Open(t, s.url)
	id := s.oci.Invite(recipient)
	type invitation struct {
		ID           string
		Number       int
		Invitation   ocitest.Invitation
		WorkRequests []ocitest.WorkRequest
		Expires      time.Time
		Can          []string
	}
	until := func(state string) (i invitation) {
		t.Helper()
		p.Until(state, func() bool {
			for _, i = range pagetest.Of[invitation](p, "invitations") {
			}
			return i.Invitation.LifecycleState == state
		})
		return i
	}
	i := until("ACTIVE")
	if i.ID != "invitation-1" || i.Invitation.ID != id || i.Number != 1 || i.Invitation.Status != "PENDING" || fmt.Sprint(i.Can) != "[accept expire fail]" ||
		i.Expires.Sub(i.Invitation.TimeCreated.Time) != 30*24*time.Hour || len(i.WorkRequests) != 1 || i.WorkRequests[0].Status != "SUCCEEDED" {
		t.Errorf("%+v", i)
	}
	s.did(t, `{"action":"accept","invitation":"`+id+`"}`, 204)
	if i := until("INACTIVE"); i.Invitation.Status != "ACCEPTED" || len(i.Can) != 0 || len(p.Items) != 1 || p.Items[0].ID != "invitation-1" {
		t.Errorf("%+v", i)
	}
}

// message is a message as the page reads it.
type message struct {
	ID, At, Place, Title, Key, Text string
	Number                          int
	Events                          []json.RawMessage
}

func TestMessages(t *testing.T) {
	s := start(t, echo, echo)
	p := pagetest.Open(t, s.url)
	for _, publishing := range []struct{ path, body string }{
		{results, `{"title":"one","body":"{\"id\": \"1\"}"}`},
		{results, `{"title":"batch","body":"[{\"id\":\"2\"},{\"id\":\"3\"}]"}`},
		{results, `{"body":"plain <text>"}`},
		{events, `{"messages":[{"key":"aw==","value":"eyJpZCI6IjQifQ=="},{"value":"bnVsbA=="}]}`}, // {"id":"4"}, null
	} {
		do(t, "POST", s.url+publishing.path, strings.NewReader(publishing.body))
	}
	var got []message
	p.Until("five messages", func() bool {
		got = pagetest.Of[message](p, "messages")
		return len(got) == 5
	})
	const place = "stream ocid1.stream.oc1.iad.events, partition 0, offset "
	want := []string{
		`message-1 topic ocid1.onstopic.oc1.iad.results "one" "" [{"id":"1"}] ""`,
		`message-2 topic ocid1.onstopic.oc1.iad.results "batch" "" [{"id":"2"} {"id":"3"}] ""`,
		`message-3 topic ocid1.onstopic.oc1.iad.results "" "" [] "plain <text>"`,
		`message-4 ` + place + `0 "" "k" [{"id":"4"}] ""`,
		`message-5 ` + place + `1 "" "" [null] ""`,
	}
	for n, m := range got {
		if text := fmt.Sprintf("%s %s %q %q %s %q", m.ID, m.Place, m.Title, m.Key, m.Events, m.Text); text != want[n] || m.Number != n+1 || m.At == "" {
			t.Errorf("got  %s\nwant %s", text, want[n])
		}
	}
}

// TestReconnect checks that a page that comes later, or again, gets all that is kept, once and in order, and that two pages get the same.
func TestReconnect(t *testing.T) {
	s := start(t, echo, echo)
	p := pagetest.Open(t, s.url)
	do(t, "POST", s.gateway+"/invoke", strings.NewReader(`{"operation":"list"}`))
	do(t, "GET", s.url+listing, nil)
	answered(p, 1)
	ended(p, 1)
	p.Close()
	do(t, "POST", s.gateway+"/invoke", strings.NewReader(`{"operation":"poll"}`))
	s.oci.Invite(recipient)
	do(t, "POST", s.url+results, strings.NewReader(`{"body":"b"}`))
	for range 2 {
		p := pagetest.Open(t, s.url)
		p.Until("the world", func() bool { return p.World != nil })
		var ids []string
		for _, item := range p.Items {
			ids = append(ids, fmt.Sprint(item.Part, ":", item.ID, "*", item.Times))
		}
		const want = "[deliveries:delivery-1*1 deliveries:delivery-2*1 calls:call-1*1 calls:call-2*1 invitations:invitation-1*1 messages:message-1*1]"
		if fmt.Sprint(ids) != want {
			t.Errorf("%s", ids)
		}
	}
}

// TestNotAgain checks that what does not change is told once.
func TestNotAgain(t *testing.T) {
	s := start(t, echo, echo)
	s.oci.Invite(recipient)
	do(t, "POST", s.url+results, strings.NewReader(`{"body":"b"}`))
	p := pagetest.Open(t, s.url)
	for n := range 3 {
		do(t, "POST", s.gateway+"/invoke", nil)
		answered(p, n+1)
	}
	for _, item := range p.Items {
		if most := map[string]int{"deliveries": 2}[item.Part]; item.Times > max(1, most) {
			t.Errorf("%s came %d times", item.ID, item.Times)
		}
	}
	if len(p.Items) != 6 || p.Told != 1 {
		t.Errorf("%d items, and the world %d times", len(p.Items), p.Told)
	}
}

// TestBeat checks that a stream on which nothing happens is not silent.
func TestBeat(t *testing.T) {
	console.SetBeat(t, time.Millisecond)
	s := start(t, echo, echo)
	answer, err := http.Get(s.url + "/console/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	hurry := time.AfterFunc(20*time.Second, func() { answer.Body.Close() })
	defer hurry.Stop()
	for lines := bufio.NewScanner(answer.Body); lines.Text() != ": the stack is running"; {
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
	}
}

// TestSlowPage checks that a page that does not read holds nothing up, and is dropped.
func TestSlowPage(t *testing.T) {
	console.SetPatience(t, 50*time.Millisecond)
	s := start(t, echo, echo)
	dropped := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(dropped)
		s.view.ServeHTTP(w, r)
	}))
	defer server.Close()
	slow, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	fmt.Fprint(slow, "GET /console/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	large := strings.Repeat("x", 64<<10)
	for range 200 { // 25 MB, which is more than the buffers of a connection hold
		if got := do(t, "POST", s.gateway+"/invoke", strings.NewReader(large)); got.status != http.StatusOK {
			t.Fatalf("%+v", got)
		}
	}
	select {
	case <-dropped:
	case <-time.After(20 * time.Second):
		t.Error("the page is not dropped")
	}
}
