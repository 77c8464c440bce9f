package handler_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// lists returns the recipient tenancies of the calls that listed invitations; "*" for a list of all.
func lists(calls []ocitest.Call) (listed []string) {
	for _, call := range calls {
		if call.Method != http.MethodGet || !strings.HasSuffix(call.Path, "/senderInvitations") {
			continue
		}
		_, recipient, ok := strings.Cut(call.RawQuery, "recipientTenancyId=ocid1.tenancy.oc1..")
		if !ok {
			recipient = "*"
		}
		listed = append(listed, recipient)
	}
	return listed
}

func many(count int) (recipients []string) {
	for index := range count {
		recipients = append(recipients, fmt.Sprint("r", index))
	}
	return recipients
}

// The creates of a list share one look. So do those of its redelivery, which finds all invitations.
func TestSharedLook(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	for _, outcome := range []string{"created", "existing"} {
		before := len(oci.Calls())
		if answer, cut := f.invoke(creates(many(50)...)); cut || strings.Count(answer, `"outcome":"`+outcome+`"`) != 50 {
			t.Fatalf("cut %v: %s", cut, answer)
		}
		if listed := lists(oci.Calls()[before:]); fmt.Sprint(listed) != "[*]" {
			t.Errorf("%s: %v", outcome, listed)
		}
	}
	if made := len(oci.Invitations()); made != 50 {
		t.Errorf("%d invitations", made)
	}
}

// A later record for the same recipient tenancy, named by OCID or by invitation, sees what an earlier one did: it makes a list of its own.
func TestLaterRecordsLook(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "CONCURRENCY", "1")
	f.invoke(creates("a", "b", "c"))
	before := len(oci.Calls())
	answer, cut := f.invoke(`[{"operation": "cancel", "senderInvitationId": "` + theInvitation + `"},
		{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "opcRetryToken": "again"},
		{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..b"},
		{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..b", "opcRetryToken": "again-b"},
		{"operation": "update", "recipientTenancyId": "ocid1.tenancy.oc1..c", "displayName": "c"}]`)
	if cut || strings.Count(answer, `"outcome":"created"`) != 2 || strings.Count(answer, `"outcome":"canceled"`) != 2 {
		t.Errorf("cut %v: %s", cut, answer)
	}
	if calls := oci.Calls()[before:]; fmt.Sprint(lists(calls)) != "[a * b]" {
		t.Errorf("%v", lists(calls))
	}
}

// If the list of all invitations is long and the recipients are few, a list is made for each recipient.
func TestLongListIsGivenUp(t *testing.T) {
	oci := &ocitest.Server{PageSize: 2}
	f := newFunction(t, oci, "CONCURRENCY", "1")
	f.invoke(creates("a", "b", "c", "d", "e"))
	before := len(oci.Calls())
	if answer, cut := f.invoke(updates("ocid1.tenancy.oc1..a", "ocid1.tenancy.oc1..b")); cut || strings.Count(answer, `"outcome":"updated"`) != 2 {
		t.Fatalf("cut %v: %s", cut, answer)
	}
	if listed := lists(oci.Calls()[before:]); fmt.Sprint(listed) != "[* * a b]" { // the list of all has three pages
		t.Errorf("%v", listed)
	}
}

// If the look fails, each record makes a list of its own. If the look has no answer, there is time left for that.
func TestFailedLook(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]ocitest.Fault{"503": {Status: 503}, "404": {Status: 404}, "slow": {Delay: time.Minute},
		"unreadable": {Status: 200, Body: `{"items": [{"id": 1}]}`}} {
		var looked atomic.Int64
		oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if isRequest(r, http.MethodGet, "/senderInvitations") && looked.Add(1) == 1 {
				return fault
			}
			return ocitest.Fault{}
		}}
		f := newFunction(t, oci, "MAX_ATTEMPTS", "1", "CONCURRENCY", "2")
		answer, cut := f.invokeWithin(usedUp, creates("a", "b", "c"))
		if cut || strings.Count(answer, `"outcome":"created"`) != 3 {
			t.Errorf("%s: cut %v: %s", name, cut, answer)
		}
		if listed := lists(oci.Calls()); len(listed) != 4 || listed[0] != "*" {
			t.Errorf("%s: %v", name, listed)
		}
	}
}

// A command without retries, or with a request id of its own, makes a list of its own; and so does the only command that is left.
func TestOwnLook(t *testing.T) {
	const create = `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..%s", %s}`
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "CONCURRENCY", "1")
	answer, cut := f.invoke("[" + fmt.Sprintf(create, "a", `"retry": "none"`) + "," + fmt.Sprintf(create, "b", `"opcRequestId": "own"`) + "," +
		fmt.Sprintf(create, "c", `"displayName": "c"`) + "]")
	if cut || strings.Count(answer, `"outcome":"created"`) != 3 || fmt.Sprint(lists(oci.Calls())) != "[a b c]" {
		t.Errorf("cut %v: %v %s", cut, lists(oci.Calls()), answer)
	}
}

// An invitation that was read for the recipient of a record is not read again for that record, but for the next one.
func TestReadOnce(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "CONCURRENCY", "1")
	f.invoke(creates("a", "b"))
	other := strings.TrimSuffix(theInvitation, "1") + "2"
	before := len(oci.Calls())
	answer, cut := f.invoke(updates(theInvitation, theInvitation, other))
	if cut || strings.Count(answer, `"outcome":"updated"`) != 3 {
		t.Errorf("cut %v: %s", cut, answer)
	}
	if calls := told(oci.Calls()[before:]); calls != "GET 200, PUT 200, GET 200, PUT 200, GET 200, PUT 200" {
		t.Errorf("calls: %s", calls)
	}
	before = len(oci.Calls())
	f.invoke(`[{"operation": "update", "recipientTenancyId": "ocid1.tenancy.oc1..a", "displayName": "new"},
		{"operation": "update", "senderInvitationId": "` + theInvitation + `", "displayName": "u1"}]`)
	if name := oci.Invitations()[0].DisplayName; name != "u1" { // its name before the first update
		t.Errorf("%s: %s", name, told(oci.Calls()[before:]))
	}
}

// The records of a recipient tenancy keep their order while OCI refuses calls, and none is lost.
func TestOrderWhileThrottled(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	f.invoke(creates("a", "b", "c", "d"))
	f.oci.Fault = func(r *http.Request) ocitest.Fault {
		if strings.HasPrefix(r.URL.Path, "/20230401/") && calls.Add(1)%9 == 0 {
			return ocitest.Fault{Status: 429}
		}
		return ocitest.Fault{}
	}
	var targets []string
	for index := range 24 {
		targets = append(targets, "ocid1.tenancy.oc1.."+string(rune('a'+index%4)))
	}
	if answer, cut := f.invoke(updates(targets...)); cut || strings.Count(answer, `"outcome":"updated"`) != 24 {
		t.Fatalf("cut %v: %s", cut, answer)
	}
	for _, invitation := range oci.Invitations() {
		_, recipient, _ := strings.Cut(invitation.RecipientTenancyID, "..")
		if want := fmt.Sprint("u", 20+int(recipient[0]-'a')); invitation.DisplayName != want {
			t.Errorf("%s is called %s, not %s", recipient, invitation.DisplayName, want)
		}
	}
}

// If OCI asks for a wait longer than the time that is left, the invocation ends at once, and records that were not begun come again.
func TestLongWaitEndsTheList(t *testing.T) {
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if isRequest(r, http.MethodPost, "/senderInvitations") {
			return ocitest.Fault{Status: 429, RetryAfter: 3600}
		}
		return ocitest.Fault{}
	}}
	f := newFunction(t, oci, "CONCURRENCY", "2")
	if answer, cut := f.invoke(creates(many(20)...)); !cut {
		t.Error(answer)
	}
	if calls := len(oci.Calls()); calls > 1+2+1 {
		t.Errorf("%d calls", calls)
	}
	failures := oci.Messages()[0].Body
	if strings.Count(failures, `"retryable":true`) != 20 || !strings.Contains(failures, `"status":429`) ||
		strings.Count(failures, `"message":"not begun: OCI takes no more calls in the time that is left"`) < 18 {
		t.Error(failures)
	}
}

// If an invitation is replaced by another one after the look, the later records apply to the new one.
func TestReplacedAfterTheLook(t *testing.T) {
	for operation, want := range map[string]string{"update": `"outcome":"updated"`, "get": `"status":"PENDING"`} {
		var f *function
		var replace sync.Once
		oci := &ocitest.Server{}
		oci.Fault = func(r *http.Request) ocitest.Fault {
			if body, _ := io.ReadAll(r.Body); bytes.Contains(body, []byte("ocid1.tenancy.oc1..first")) {
				replace.Do(func() {
					f.invoke(`{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..second"}`)
					f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..second"}`)
				})
			}
			return ocitest.Fault{}
		}
		f = newFunction(t, oci, "CONCURRENCY", "1")
		f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..second"}`)
		answer, cut := f.invoke(`[{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..first"}, {"specversion": "1.0", "id": "2", "source": "/s",
			"type": "senderinvitation.` + operation + `", "data": {"recipientTenancyId": "ocid1.tenancy.oc1..second"` +
			map[string]string{"update": `, "displayName": "new"`}[operation] + `}}]`)
		second := answer[strings.LastIndex(answer, `{"operation"`):]
		if cut || !strings.Contains(second, want) {
			t.Errorf("%s: %v %s", operation, cut, second)
		}
	}
}
