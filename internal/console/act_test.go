package console_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/console"
	"sender-invitations/internal/console/pagetest"
)

const recipient = "ocid1.tenancy.oc1..recipient"

// did checks the status of an action.
func (s *stack) did(t *testing.T, action string, want int) string {
	t.Helper()
	status, answer := pagetest.Post(t, s.url, "act", action)
	if status != want {
		t.Errorf("%s: %d %s, want %d", action, status, answer, want)
	}
	return answer
}

// TestChanges checks the buttons of the other side, and that one that cannot be pressed now is a conflict.
func TestChanges(t *testing.T) {
	s := start(t, echo, echo)
	act := func(name, id string) string { return fmt.Sprintf(`{"action":%q,"invitation":%q}`, name, id) }
	for name, want := range map[string]string{"accept": "ACCEPTED", "expire": "EXPIRED", "fail": "FAILED"} {
		id := s.oci.Invite(recipient)
		s.did(t, act(name, id), 204)
		for _, i := range s.oci.Invitations() {
			if i.ID == id && i.Status != want {
				t.Errorf("%s: %s", name, i.Status)
			}
		}
		if answer := s.did(t, act(name, id), 409); !strings.HasPrefix(answer, `{"code":"IncorrectState","message":"sender invitation \"`+id) {
			t.Errorf("%s again: %s", name, answer)
		}
	}
	s.did(t, act("accept", "none"), 409)
}

// TestFaults checks what each fault does to calls, that the page is told of it, and that it can be turned off.
func TestFaults(t *testing.T) {
	console.SetGlance(t, time.Hour) // the page is told at once
	s := start(t, echo, echo)
	p := pagetest.Open(t, s.url)
	told := func(want string) {
		t.Helper()
		p.Until(want, func() bool { return strings.Contains(string(p.World), want) })
	}
	status := func(method, path, body string) int { return do(t, method, s.url+path, strings.NewReader(body)).status }
	told(`"aheadDays":0,"faults":{"throttle":0,"breakTopic":false,"failNext":0,"failCancel":0},"rotated":0}`)

	s.did(t, `{"action":"throttle","calls":1}`, 204)
	told(`"throttle":1`)
	throttled := do(t, "GET", s.url+listing, nil)
	if throttled.status != 429 || throttled.header.Get("Retry-After") != "1" || status("GET", listing, "") != 200 {
		t.Errorf("%+v", throttled)
	}
	told(`"throttle":0`)
	s.did(t, `{"action":"throttle","calls":-1}`, 204)
	told(`"throttle":-1`)
	for range 3 {
		if got := status("GET", "/20230401/workRequests", ""); got != 429 {
			t.Errorf("throttled: %d", got)
		}
	}
	if got := status("POST", results, `{"body":"b"}`); got != 202 {
		t.Errorf("a topic is throttled: %d", got)
	}
	s.did(t, `{"action":"throttle","calls":0}`, 204)

	s.did(t, `{"action":"break-topic","on":true}`, 204)
	told(`"breakTopic":true`)
	for _, publishing := range []string{results, events} {
		got := do(t, "POST", s.url+publishing, strings.NewReader(`{"body":"b","messages":[{"value":"eA=="}]}`))
		if got.status != 404 || !strings.Contains(got.body, `"NotAuthorizedOrNotFound"`) {
			t.Errorf("%s: %+v", publishing, got)
		}
	}
	if got := status("GET", listing, ""); got != 200 {
		t.Errorf("a list fails: %d", got)
	}
	s.did(t, `{"action":"break-topic","on":false}`, 204)
	if got := status("POST", results, `{"body":"b"}`); got != 202 {
		t.Errorf("the topic is still broken: %d", got)
	}

	s.did(t, `{"action":"fail-next","creations":2}`, 204)
	told(`"failNext":2`)
	if got := status("POST", invitations, `{"compartmentId":"`+tenancy+`","recipientTenancyId":"`+recipient+`"}`); got != 200 {
		t.Errorf("create: %d", got)
	}
	told(`"failNext":1`)
	if i := s.oci.Invitations()[0]; i.Status != "FAILED" {
		t.Errorf("%+v", i)
	}

	s.did(t, `{"action":"fail-next-cancel","cancels":2}`, 204)
	told(`"failCancel":2`)

	s.did(t, `{"action":"advance","days":30}`, 204)
	told(`"aheadDays":30`)
	s.did(t, `{"action":"rotate"}`, 204)
	told(`"rotated":1`)
	if answer := s.did(t, `{"action":"rotate"}`, 409); !strings.Contains(answer, "there are no keys left") {
		t.Error(answer)
	}
}

// TestAdvanceTooFar checks that the clock is not put forward beyond what it can show.
func TestAdvanceTooFar(t *testing.T) {
	s := start(t, echo, echo)
	for range 29 {
		s.did(t, `{"action":"advance","days":3650}`, 204)
	}
	if answer := s.did(t, `{"action":"advance","days":3650}`, 409); !strings.Contains(answer, "less than 292 years in all") {
		t.Error(answer)
	}
}

func TestWrongActions(t *testing.T) {
	s := start(t, echo, echo)
	for body, want := range map[string]string{
		`{"action":"destroy"}`:                       `there is no action "destroy"`,
		`{}`:                                         `there is no action ""`,
		`null`:                                       `there is no action ""`,
		`{"action":"advance"}`:                       "days takes 1 to 3650",
		`{"action":"advance","days":3651}`:           "days takes 1 to 3650",
		`{"action":"advance","days":-1}`:             "days takes 1 to 3650",
		`{"action":"throttle","calls":-2}`:           "calls takes a number of calls",
		`{"action":"fail-next","creations":-1}`:      "creations takes a number of creations",
		`{"action":"fail-next-cancel","cancels":-1}`: "cancels takes a number of cancellations",
		`{"action":"rotate","now":true}`:             `unknown field "now"`,
		`{"action":"rotate"}{}`:                      "there is more behind the JSON object",
		`{"action":"rotate"`:                         "the request's JSON is wrong",
		``:                                           "the request's JSON is wrong",
		`[]`:                                         "the request's JSON is wrong",
	} {
		answer := s.did(t, body, 400)
		var e struct{ Code, Message string }
		if err := json.Unmarshal([]byte(answer), &e); err != nil || e.Code == "" || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %s", body, answer)
		}
	}
	if s.rotations != 0 {
		t.Error("a wrong request rotates")
	}
	if got := do(t, "POST", s.url+"/console/act", strings.NewReader(`{"action":"rotate"}`), "Content-Type", "text/plain"); got.status != 415 {
		t.Errorf("not JSON: %d", got.status)
	}
	large := `{"action":"` + strings.Repeat("x", 1<<20) + `"}`
	if answer := s.did(t, large, 413); !strings.Contains(answer, "the request exceeds 1 MB") {
		t.Error(answer)
	}
}
