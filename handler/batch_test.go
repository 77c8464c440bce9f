package handler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

func creates(recipients ...string) string {
	var records []string
	for index, recipient := range recipients {
		records = append(records, fmt.Sprintf(`{"specversion": "1.0", "id": "%d", "source": "/s", "type": "senderinvitation.create",
			"data": {"recipientTenancyId": "ocid1.tenancy.oc1..%s", "displayName": "%d"}}`, index, recipient, index))
	}
	return "[" + strings.Join(records, ",") + "]"
}

// meeting holds creates back until the wanted number waits at the same time, and records the largest number that was under way.
type meeting struct {
	wanted int

	mu             sync.Mutex
	waiting        int
	met            chan struct{}
	underWay, most int
	failed         bool
}

func (m *meeting) fault(r *http.Request) ocitest.Fault {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/senderInvitations") {
		return ocitest.Fault{}
	}
	met := m.enter()
	select {
	case <-met:
		m.leave(false)
	case <-time.After(10 * time.Second):
		m.leave(true)
	}
	return ocitest.Fault{}
}

func (m *meeting) enter() (met chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.underWay++
	m.most = max(m.most, m.underWay)
	if m.met == nil {
		m.met = make(chan struct{})
	}
	met = m.met
	if m.waiting++; m.waiting == m.wanted {
		close(met)
		m.met, m.waiting = nil, 0
	}
	return met
}

func (m *meeting) leave(failed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.underWay--
	m.failed = m.failed || failed
}

// Exactly CONCURRENCY records are worked on at a time.
func TestConcurrency(t *testing.T) {
	m := &meeting{wanted: 3}
	f := newFunction(t, &ocitest.Server{Fault: m.fault}, "CONCURRENCY", "3")
	answer, cut := f.invoke(creates("a", "b", "c", "d", "e", "f"))
	if cut || strings.Count(answer, `"outcome":"created"`) != 6 || m.failed || m.most != 3 {
		t.Errorf("cut %v, never met %v, at most %d at a time\n%s", cut, m.failed, m.most, answer)
	}
}

// The records of one recipient tenancy are carried out one after the other, in the order received, whatever CONCURRENCY is.
func TestOrderPerRecipient(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	f.invoke(creates("a", "b", "c", "d"))
	var targets []string
	for index := range 40 {
		targets = append(targets, "ocid1.tenancy.oc1.."+string(rune('a'+index%4)))
	}
	if answer, cut := f.invoke(updates(targets...)); cut || strings.Count(answer, `"outcome":"updated"`) != 40 {
		t.Fatalf("cut %v: %s", cut, answer)
	}
	last, written := map[string]int{}, 0
	for _, call := range oci.Calls() {
		var body struct{ DisplayName string }
		if call.Method != http.MethodPut || json.Unmarshal(call.Body, &body) != nil {
			continue
		}
		written++
		number, err := strconv.Atoi(strings.TrimPrefix(body.DisplayName, "u"))
		if before, ok := last[call.Path]; err != nil || ok && number != before+4 || !ok && number >= 4 {
			t.Errorf("%s: %s is written after %d", call.Path, body.DisplayName, before)
		}
		last[call.Path] = number
	}
	if len(last) != 4 || written != 40 {
		t.Errorf("%d writes: %v", written, last)
	}
}

// updates returns updates of display names. Each target is a recipient tenancy, or the id of an invitation.
func updates(targets ...string) string {
	var records []string
	for index, target := range targets {
		field := "recipientTenancyId"
		if strings.Contains(target, "senderinvitation") {
			field = "senderInvitationId"
		}
		records = append(records, fmt.Sprintf(`{"specversion": "1.0", "id": "%d", "source": "/s", "type": "senderinvitation.update",
			"data": {%q: %q, "displayName": "u%d"}}`, index, field, target, index))
	}
	return "[" + strings.Join(records, ",") + "]"
}

// isRequest reports whether the request has the method, and a path that ends with end.
func isRequest(r *http.Request, method, end string) bool {
	return r.Method == method && strings.HasSuffix(r.URL.Path, end)
}

// If the recipient of a record cannot be read now, no later record overtakes it, for any may be for the same recipient; and it overtakes
// no other.
func TestRecipientUnknown(t *testing.T) {
	var looks atomic.Int64
	id := ""
	oci := &ocitest.Server{}
	oci.Fault = func(r *http.Request) ocitest.Fault {
		if id != "" && isRequest(r, http.MethodGet, id) && looks.Add(1) == 1 {
			return ocitest.Fault{Status: 503}
		}
		return ocitest.Fault{}
	}
	f := newFunction(t, oci, "MAX_ATTEMPTS", "1")
	f.invoke(creates("a", "b"))
	id = oci.Invitations()[0].ID
	recipient := oci.Invitations()[0].RecipientTenancyID
	batch := updates(recipient, id, recipient)
	if answer, cut := f.invoke(batch); !cut {
		t.Fatal(answer)
	}
	if name := oci.Invitations()[0].DisplayName; name != "u0" {
		t.Errorf("after the first delivery %s is called %q", id, name)
	}
	if _, cut := f.invoke(batch); cut || oci.Invitations()[0].DisplayName != "u2" {
		t.Errorf("after the second delivery %s is called %q", id, oci.Invitations()[0].DisplayName)
	}
}

// A list that names many invitations by id makes progress with each delivery.
func TestManyIDs(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "CONCURRENCY", "2")
	f.invoke(creates("a", "b", "c", "d", "e"))
	var ids []string
	for _, invitation := range oci.Invitations() {
		ids = append(ids, invitation.ID)
	}
	made := len(oci.Calls())
	if answer, cut := f.invoke(updates(ids...)); cut || strings.Count(answer, `"outcome":"updated"`) != 5 {
		t.Fatal(answer)
	}
	looked := 0
	for _, call := range oci.Calls()[made:] {
		if call.Method == http.MethodPut {
			break
		}
		looked++
	}
	if looked > 2+2 { // for the recipient, and before the write
		t.Errorf("%d calls before the first write", looked)
	}
}

// A command with retry: none also has no retries in the reads before its own call.
func TestNoRetries(t *testing.T) {
	for _, c := range []string{`{"operation": "update", "senderInvitationId": "ocid1.x.oc1..a", "displayName": "x", "retry": "none"}`,
		`{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..a", "retry": "none", "opcRequestId": "own"}`} {
		for _, body := range []string{c, "[" + c + "," + c + "]"} {
			oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
				if strings.HasPrefix(r.URL.Path, "/20230401/") {
					return ocitest.Fault{Status: 503}
				}
				return ocitest.Fault{}
			}}
			if answer, cut := newFunction(t, oci).invoke(body); !cut {
				t.Error(answer)
			}
			calls := oci.Calls()
			if len(calls) != 2 || strings.HasPrefix(calls[1].Path, "/20230401/") {
				t.Errorf("%s: %d calls, want one and a message", body, len(calls))
			}
			if strings.Contains(c, "own") && calls[0].Header.Get("opc-request-id") != "own" {
				t.Errorf("%s: the read has opc-request-id %q", body, calls[0].Header.Get("opc-request-id"))
			}
		}
	}
}

// Records that are not begun when the time runs out fail as retryable: the failures are published, and the invocation is cut.
func TestBatchOutOfTime(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if strings.HasSuffix(r.URL.Path, "/senderInvitations") {
			return ocitest.Fault{Delay: time.Minute}
		}
		return ocitest.Fault{}
	}}
	f := newFunction(t, oci, "CONCURRENCY", "1")
	if answer, cut := f.invokeWithin(usedUp, creates("a", "b")); !cut {
		t.Errorf("not cut: %s", answer)
	}
	messages := oci.Messages()
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	var failures []struct{ Data events.Result }
	if err := json.Unmarshal([]byte(messages[0].Body), &failures); err != nil {
		t.Fatal(err)
	}
	if len(failures) != 2 || failures[0].Data.Error.Status != 504 || failures[1].Data.Error.Message != "not begun: the invocation's time ran out" || !failures[1].Data.Error.Retryable {
		t.Errorf("%s", messages[0].Body)
	}
	if calls := len(oci.Calls()); calls != 3 {
		t.Errorf("%d calls, want the look, the first record's own list, and one message", calls)
	}
}

// The platform takes no answer larger than 6 MB. A larger one has brief results instead.
func TestAnswerTooLarge(t *testing.T) {
	t.Parallel()
	f := newFunction(t, &ocitest.Server{})
	var records []string
	for index := range events.MaxRecords {
		records = append(records, fmt.Sprintf(`{"specversion":"1.0","id":"%d%s","source":"/%s","type":"t%s"}`,
			index, strings.Repeat("i", 1990), strings.Repeat("s", 1990), strings.Repeat("t", 1990)))
	}
	answer, cut := f.invoke("[" + strings.Join(records, ",") + "]")
	var got struct{ Results []events.Result }
	if cut || len(answer) > events.MaxBody || json.Unmarshal([]byte(answer), &got) != nil || len(got.Results) != events.MaxRecords || got.Results[0].Outcome != events.Ignored {
		t.Errorf("cut %v, %d bytes, %d results", cut, len(answer), len(got.Results))
	}
}

// A failed read in a list does not come again, as it would not by itself, and so holds no other record back.
func TestFailedReadInAList(t *testing.T) {
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodGet, theInvitation) {
			return ocitest.Fault{Status: 503}
		}
		return ocitest.Fault{}
	}}
	f := newFunction(t, oci, "MAX_ATTEMPTS", "1")
	answer, cut := f.invoke(`[{"operation": "get", "senderInvitationId": "` + theInvitation + `"}, ` + strings.Trim(creates("b"), "[]") + `]`)
	if cut || !strings.Contains(answer, `"status":503`) || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}
