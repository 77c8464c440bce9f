package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sender-invitations/internal/console/pagetest"
	"sender-invitations/internal/ocitest"
)

// seen is what a test needs of a delivery, a call or an invitation on the page.
type seen struct {
	ID, Operation, Delivery, RequestID string
	Answer                             *struct {
		Status  int
		Headers map[string]string
		Body    string
	}
	Explained *struct{ Records []struct{ Rule string } }
	Attempts  []struct{ Status int }
	Done      bool
	Can       []string
}

// sent sends by the page, and returns the delivery once it is answered.
func sent(t *testing.T, s *stack, p *pagetest.Page, asked string) (d seen) {
	t.Helper()
	status, answer := pagetest.Post(t, s.emulator, "send", asked)
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil || status != http.StatusAccepted {
		t.Fatalf("%s: %d %s", asked, status, answer)
	}
	p.Until(made.ID, func() bool {
		for _, d = range pagetest.Of[seen](p, "deliveries") {
			if d.ID == made.ID {
				return d.Answer != nil
			}
		}
		return false
	})
	return d
}

// callsOf returns the calls of a delivery as "operation[statuses of the attempts]".
func callsOf(p *pagetest.Page, d seen) (calls []string) {
	for _, c := range pagetest.Of[seen](p, "calls") {
		if c.Delivery == d.ID {
			calls = append(calls, fmt.Sprint(c.Operation, c.Attempts))
		}
	}
	return calls
}

func act(t *testing.T, s *stack, action string) {
	t.Helper()
	if status, answer := pagetest.Post(t, s.emulator, "act", action); status != http.StatusNoContent {
		t.Fatalf("%s: %d %s", action, status, answer)
	}
}

// TestConsole travels the way that a newcomer travels: the sample, which was played at the start; accept; poll; accepted is told.
func TestConsole(t *testing.T) {
	s := started(t)
	if err := played(t, s, &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	p := pagetest.Open(t, s.emulator)
	var invitation struct {
		Invitation struct{ ID string }
		Can        []string
	}
	p.Until("an invitation that can be accepted", func() bool {
		for _, invitation = range pagetest.Of[struct {
			Invitation struct{ ID string }
			Can        []string
		}](p, "invitations") {
		}
		return slices.Contains(invitation.Can, "accept")
	})
	sample := pagetest.Of[seen](p, "deliveries")[0]
	if sample.ID != "delivery-1" || sample.Answer.Status != 200 || sample.Explained.Records[0].Rule != "signup" || sample.RequestID != sample.Answer.Headers["Fn-Call-Id"] {
		t.Errorf("%+v", sample)
	}
	want := []string{"ListSenderInvitations[{200}]", "CreateSenderInvitation[{200}]", "PublishMessage[{202}]"}
	if got := callsOf(p, sample); !slices.Equal(got, want) {
		t.Errorf("%s", got)
	}
	act(t, s, fmt.Sprintf(`{"action":"accept","invitation":%q}`, invitation.Invitation.ID))
	sent(t, s, p, `{"door":"direct","body":"{\"operation\":\"poll\"}"}`)
	p.Until("accepted", func() bool {
		messages, _ := json.Marshal(pagetest.Of[json.RawMessage](p, "messages"))
		return strings.Contains(string(messages), `"type":"senderinvitation.invitation.accepted"`)
	})
}

// creating is a command that creates an invitation of another recipient tenancy each time.
func creating(n int) string {
	body, _ := json.Marshal(fmt.Sprintf(`{"operation":"create","recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaa%d"}`, n))
	return `"body":` + string(body)
}

// TestConsoleLinks checks that calls are found for each way into the function, whatever id the caller gives.
func TestConsoleLinks(t *testing.T) {
	t.Setenv("HTTP_BASE_PATH", "/v1")
	s := started(t)
	p := pagetest.Open(t, s.emulator)
	const listing = `"door":"http","method":"GET","path":"/v1/20230401/senderInvitations?compartmentId=` + ocitest.DefaultTenancy + `"`
	for n, asked := range []string{
		`{"door":"direct",%s}`,
		`{"door":"http",%s}`,
		`{"door":"http",%s,"headers":{"opc-request-id":"theirs-1"}}`,
		`{` + listing + `}`,
		`{` + listing + `,"headers":{"opc-request-id":"theirs-2"}}`,
	} {
		d := sent(t, s, p, strings.Replace(asked, "%s", creating(n), 1))
		if d.Answer.Status != 200 || !slices.Contains(callsOf(p, d), "ListSenderInvitations[{200}]") || (d.Explained != nil) != (n < 3) {
			t.Errorf("%s: %d %s, calls %s", asked, d.Answer.Status, d.Answer.Body, callsOf(p, d))
		}
		if id := d.Answer.Headers["Opc-Request-Id"]; id != "" && id != d.RequestID {
			t.Errorf("%s: the caller knows it as %q, the page as %q", asked, id, d.RequestID)
		}
	}
}

// TestConsoleFaults checks what the faults of the page do to the function, as the page shows it.
func TestConsoleFaults(t *testing.T) {
	t.Setenv("MAX_ATTEMPTS", "2")
	s := started(t)
	p := pagetest.Open(t, s.emulator)
	sent(t, s, p, `{"door":"direct",`+creating(0)+`}`) // the function has its credentials
	for n, c := range []struct {
		action, off string
		status      int
		call        string
	}{
		{`{"action":"rotate"}`, "", 200, "ListSenderInvitations[{401} {200}]"},
		{`{"action":"throttle","calls":1}`, "", 200, "ListSenderInvitations[{429} {200}]"},
		{`{"action":"throttle","calls":-1}`, `{"action":"throttle","calls":0}`, 502, "ListSenderInvitations[{429} {429}]"},
		{`{"action":"break-topic","on":true}`, `{"action":"break-topic","on":false}`, 502, "PublishMessage[{404}]"},
	} {
		act(t, s, c.action)
		d := sent(t, s, p, `{"door":"direct",`+creating(n+1)+`}`)
		if d.Answer.Status != c.status || !slices.Contains(callsOf(p, d), c.call) || d.Answer.Headers["Fn-Call-Id"] != d.RequestID {
			t.Errorf("%s: %d %s, calls %s, headers %v", c.action, d.Answer.Status, d.Answer.Body, callsOf(p, d), d.Answer.Headers)
		}
		if c.off != "" {
			act(t, s, c.off)
		}
	}
}

// TestConsoleSamples checks that the page offers the deliveries beside the sample.
func TestConsoleSamples(t *testing.T) {
	s := started(t)
	if status, body := get(t, s.emulator+"/console/samples"); status != 200 || !strings.Contains(body, `"name":"signup"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, s.emulator+"/console/rules"); status != 200 || !strings.Contains(body, `"builtIn":true`) ||
		!strings.Contains(body, `"RESULT_TOPIC_OCID":"`+topic+`"`) {
		t.Errorf("%d %s", status, body)
	}
}

// greeted ends a run at the greeting.
type greeted struct {
	strings.Builder
	end context.CancelFunc
}

func (g *greeted) Write(text []byte) (int, error) {
	if strings.Contains(string(text), "Try it:") {
		g.end()
	}
	return g.Builder.Write(text)
}

// TestConsoleFirst checks that make run prints the address of the console before all else, and again in the greeting.
func TestConsoleFirst(t *testing.T) {
	s := started(t)
	ctx, end := context.WithCancel(t.Context())
	out := &greeted{end: end}
	if err := stay(ctx, out, s, options{event: sample}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.HasPrefix(text, "Console: "+s.emulator+"/\n\n1. Event in: ") ||
		!strings.Contains(text, "Open the console in a browser: "+s.emulator+"/\n") {
		t.Error(text)
	}
}
