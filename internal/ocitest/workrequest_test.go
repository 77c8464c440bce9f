package ocitest_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

func (k *stack) workRequest(t *testing.T, id *string) tmcp.GetWorkRequestResponse {
	t.Helper()
	response, err := k.workRequests.GetWorkRequest(ctx, tmcp.GetWorkRequestRequest{WorkRequestId: id})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestCreationByStages(t *testing.T) {
	const step = 1500 * time.Millisecond
	k := start(t, &ocitest.Server{Step: step})
	created := k.create(t, recipient, "name")
	for _, want := range []struct {
		status, action string
		percent        float32
		wait           bool
		invitation     string
	}{
		{"ACCEPTED", "IN_PROGRESS", 0, true, "CREATING PENDING"},
		{"IN_PROGRESS", "IN_PROGRESS", 50, true, "CREATING PENDING"},
		{"SUCCEEDED", "CREATED", 100, false, "ACTIVE PENDING"},
		{"SUCCEEDED", "CREATED", 100, false, "ACTIVE PENDING"},
	} {
		w := k.workRequest(t, created.OpcWorkRequestId)
		r := w.Resources[0]
		if string(w.Status) != want.status || *w.PercentComplete != want.percent || string(r.ActionType) != want.action || *r.Identifier != *created.Id {
			t.Errorf("work request %v, want %v", w.WorkRequest, want)
		}
		if waits := w.RetryAfter != nil && *w.RetryAfter == 2; waits != want.wait {
			t.Errorf("%s: retry-after %v", want.status, w.RetryAfter)
		}
		if (w.TimeStarted == nil) != (want.status == "ACCEPTED") || (w.TimeFinished == nil) == (want.status == "SUCCEEDED") {
			t.Errorf("%s: started %v, finished %v", want.status, w.TimeStarted, w.TimeFinished)
		}
		k.checkState(t, created.Id, want.invitation)
		k.clock.advance(step)
	}
	// It finished when it was due, although it is read later.
	due := created.TimeCreated.Add(2 * step)
	if w := k.workRequest(t, created.OpcWorkRequestId); !w.TimeFinished.Equal(due) || w.OperationType != "CREATE_SENDER_INVITATION" {
		t.Errorf("work request %v, want finished %v", w.WorkRequest, due)
	}
	if i := k.get(t, created.Id); !i.TimeUpdated.Equal(due) {
		t.Errorf("updated %v, want %v", i.TimeUpdated, due)
	}
}

func TestCancellationByStages(t *testing.T) {
	k := start(t, &ocitest.Server{})
	created := k.create(t, recipient, "name")
	canceled, err := k.invitations.CancelSenderInvitation(ctx, tmcp.CancelSenderInvitationRequest{SenderInvitationId: created.Id})
	if err != nil {
		t.Fatal(err)
	}
	w := k.workRequest(t, canceled.OpcWorkRequestId)
	if w.OperationType != "CANCEL_SENDER_INVITATION" || w.Status != "SUCCEEDED" || w.Resources[0].ActionType != "UPDATED" {
		t.Errorf("work request %v", w.WorkRequest)
	}
}

func TestFailedCreation(t *testing.T) {
	for name, wait := range map[string]time.Duration{"creating": 0, "pending": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			k := start(t, &ocitest.Server{Step: time.Second})
			created := k.create(t, recipient, "name")
			k.clock.advance(wait)
			if err := k.FailInvitation(*created.Id); err != nil {
				t.Fatal(err)
			}
			k.clock.advance(time.Minute)
			k.checkState(t, created.Id, "FAILED FAILED")
			w := k.workRequest(t, created.OpcWorkRequestId)
			if w.Status != "FAILED" || !w.TimeFinished.Equal(created.TimeCreated.Add(wait)) || w.RetryAfter != nil {
				t.Errorf("work request %v", w.WorkRequest)
			}
			k.checkErrors(t, created.OpcWorkRequestId, "InternalServerError: the invitation could not be sent")
		})
	}
}

// checkErrors compares the errors of a work request, oldest first.
func (k *stack) checkErrors(t *testing.T, id *string, want ...string) {
	t.Helper()
	list, err := k.workRequests.ListWorkRequestErrors(ctx, tmcp.ListWorkRequestErrorsRequest{WorkRequestId: id})
	if err != nil {
		t.Fatal(err)
	}
	have := []string{}
	finished := k.workRequest(t, id).TimeFinished
	for _, e := range list.Items {
		have = append(have, *e.Code+": "+*e.Message)
		if !e.Timestamp.Equal(finished.Time) {
			t.Errorf("error of %s in a work request that has finished %s", e.Timestamp, finished)
		}
	}
	if !slices.Equal(have, want) {
		t.Errorf("errors %q, want %q", have, want)
	}
}

var twoErrors = []ocitest.WorkRequestError{
	{Code: "LimitExceeded", Message: "too many tenancies"},
	{Code: "NotAuthorizedOrNotFound", Message: "no such tenancy"},
}

func TestFailedCreationHasErrors(t *testing.T) {
	k := start(t, &ocitest.Server{})
	created := k.create(t, recipient, "name")
	if err := k.FailInvitation(*created.Id, twoErrors...); err != nil {
		t.Fatal(err)
	}
	k.checkErrors(t, created.OpcWorkRequestId, "LimitExceeded: too many tenancies", "NotAuthorizedOrNotFound: no such tenancy")
	path := "/20230401/workRequests/" + *created.OpcWorkRequestId + "/errors?limit=1&sortOrder=DESC"
	if got := k.send(t, "GET", path, ""); !strings.Contains(got.body, "no such tenancy") || got.header.Get("opc-next-page") == "" {
		t.Errorf("last error %s", got.body)
	}
}

// TestFailCreations checks that creations fail when they are due, and only as many
// as were asked for.
func TestFailCreations(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	k.FailCreations(9)
	k.FailCreations(2, twoErrors[0])
	var created []tmcp.CreateSenderInvitationResponse
	for range 3 {
		created = append(created, k.create(t, recipient, "name"))
	}
	k.clock.advance(time.Second)
	first := created[0]
	k.checkState(t, first.Id, "CREATING PENDING")
	if w := k.workRequest(t, first.OpcWorkRequestId); w.Status != "IN_PROGRESS" || w.RetryAfter == nil {
		t.Errorf("work request %v", w.WorkRequest)
	}
	k.checkErrors(t, first.OpcWorkRequestId)
	k.clock.advance(time.Minute)
	for n, want := range []string{"FAILED FAILED", "FAILED FAILED", "ACTIVE PENDING"} {
		k.checkState(t, created[n].Id, want)
	}
	w := k.workRequest(t, first.OpcWorkRequestId)
	if w.Status != "FAILED" || !w.TimeFinished.Equal(first.TimeCreated.Add(2*time.Second)) {
		t.Errorf("work request %v", w.WorkRequest)
	}
	k.checkErrors(t, first.OpcWorkRequestId, "LimitExceeded: too many tenancies")
	k.checkErrors(t, created[2].OpcWorkRequestId)
}

// TestFailCancels checks that only as many cancellations fail as were asked for.
func TestFailCancels(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.FailCancels(1, twoErrors[0])
	for _, want := range []string{"ACTIVE PENDING", "INACTIVE CANCELED"} {
		id := k.Invite(recipient)
		canceled := k.send(t, "POST", "/20230401/senderInvitations/"+id+"/actions/cancel", "")
		k.checkState(t, &id, want)
		if work := canceled.header.Get("opc-work-request-id"); want == "ACTIVE PENDING" {
			k.checkErrors(t, &work, "LimitExceeded: too many tenancies")
		}
	}
}

func TestFailCancel(t *testing.T) {
	const month = 30 * 24 * time.Hour
	for _, test := range []struct {
		name   string
		age    time.Duration // of the invitation when the cancellation fails
		errors []ocitest.WorkRequestError
		state  string
		want   []string
	}{
		{"default error", month - time.Millisecond, nil, "ACTIVE PENDING", []string{"InternalServerError: the invitation could not be canceled"}},
		{"given errors", month - time.Millisecond, twoErrors[1:], "ACTIVE PENDING", []string{"NotAuthorizedOrNotFound: no such tenancy"}},
		{"too late", month, nil, "INACTIVE EXPIRED", []string{"InternalServerError: the invitation could not be canceled"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := start(t, &ocitest.Server{Step: 24 * time.Hour})
			created := k.create(t, recipient, "name")
			if k.FailCancel(*created.Id) == nil || k.FailCancel("none") == nil {
				t.Error("a cancellation fails that was not asked for")
			}
			k.clock.advance(month - 24*time.Hour)
			canceled, err := k.invitations.CancelSenderInvitation(ctx, tmcp.CancelSenderInvitationRequest{SenderInvitationId: created.Id})
			if err != nil {
				t.Fatal(err)
			}
			k.clock.advance(test.age - (month - 24*time.Hour))
			if err := k.FailCancel(*created.Id, test.errors...); err != nil {
				t.Fatal(err)
			}
			k.checkState(t, created.Id, test.state)
			if w := k.workRequest(t, canceled.OpcWorkRequestId); w.Status != "FAILED" || w.Resources[0].ActionType != "IN_PROGRESS" {
				t.Errorf("work request %v", w.WorkRequest)
			}
			k.checkErrors(t, canceled.OpcWorkRequestId, test.want...)
			k.clock.advance(48 * time.Hour) // past the time when the cancellation was due
			k.checkState(t, created.Id, "INACTIVE EXPIRED")
		})
	}
}

// TestCancelAgain checks that a cancellation can succeed after one that failed.
func TestCancelAgain(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	id := k.create(t, recipient, "name").Id
	k.clock.advance(2 * time.Second)
	for range 2 {
		if _, err := k.invitations.CancelSenderInvitation(ctx, tmcp.CancelSenderInvitationRequest{SenderInvitationId: id}); err != nil {
			t.Fatal(err)
		}
		if err := k.FailCancel(*id); err != nil {
			t.Fatal(err)
		}
	}
	canceled, err := k.invitations.CancelSenderInvitation(ctx, tmcp.CancelSenderInvitationRequest{SenderInvitationId: id})
	if err != nil {
		t.Fatal(err)
	}
	k.clock.advance(2 * time.Second)
	k.checkState(t, id, "INACTIVE CANCELED")
	if w := k.workRequest(t, canceled.OpcWorkRequestId); w.Status != "SUCCEEDED" {
		t.Errorf("work request %v", w.WorkRequest)
	}
}

func TestListWorkRequests(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	first := k.create(t, recipient, "first")
	k.clock.advance(time.Second)
	second := k.create(t, recipient, "second")
	k.clock.advance(time.Second)
	list := func(r tmcp.ListWorkRequestsRequest) (items []tmcp.WorkRequestSummary, next *string) {
		t.Helper()
		r.CompartmentId = common.String(ocitest.DefaultTenancy)
		response, err := k.workRequests.ListWorkRequests(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		return response.Items, response.OpcNextPage
	}
	items, next := list(tmcp.ListWorkRequestsRequest{})
	if len(items) != 2 || next != nil || *items[0].Id != *second.OpcWorkRequestId || *items[1].Id != *first.OpcWorkRequestId {
		t.Fatalf("listed %v, next page %v", items, next)
	}
	for n, id := range []*string{second.OpcWorkRequestId, first.OpcWorkRequestId} {
		if want := tmcp.WorkRequestSummary(k.workRequest(t, id).WorkRequest); !reflect.DeepEqual(items[n], want) {
			t.Errorf("listed %v, want %v", items[n], want)
		}
	}
	if items[0].Status != "IN_PROGRESS" || items[1].Status != "SUCCEEDED" {
		t.Errorf("listed %v", items)
	}
	page := tmcp.ListWorkRequestsRequest{Limit: common.Int(1), SortOrder: "ASC"}
	for n, want := range []*string{first.OpcWorkRequestId, second.OpcWorkRequestId} {
		items, page.Page = list(page)
		if len(items) != 1 || *items[0].Id != *want || (page.Page == nil) != (n == 1) {
			t.Errorf("page %d: %v, next page %v", n, items, page.Page)
		}
	}
}

func TestListWorkRequestsRefuses(t *testing.T) {
	k := start(t, &ocitest.Server{})
	const list = "/20230401/workRequests"
	k.send(t, "GET", list, "").check(t, 400, "MissingParameter")
	k.send(t, "GET", list+"?compartmentId=other", "").check(t, 404, "NotAuthorizedOrNotFound")
	for _, query := range []string{"sortOrder=up", "limit=0", "page=x"} {
		k.send(t, "GET", list+"?compartmentId="+ocitest.DefaultTenancy+"&"+query, "").check(t, 400, "InvalidParameter")
	}
	k.send(t, "POST", list, "{}").check(t, 405, "MethodNotAllowed")
	if got := k.send(t, "GET", list+"?compartmentId="+ocitest.DefaultTenancy, ""); got.status != 200 || got.body != `{"items":[]}` {
		t.Errorf("answer %d %s", got.status, got.body)
	}
}

func TestWorkRequestLogs(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	id := k.create(t, recipient, "name").OpcWorkRequestId
	logs := func(order tmcp.ListWorkRequestLogsSortOrderEnum) []tmcp.WorkRequestLogEntry {
		t.Helper()
		list, err := k.workRequests.ListWorkRequestLogs(ctx, tmcp.ListWorkRequestLogsRequest{WorkRequestId: id, SortOrder: order})
		if err != nil {
			t.Fatal(err)
		}
		return list.Items
	}
	for want := 1; want <= 3; want++ {
		if list := logs(""); len(list) != want {
			t.Errorf("%d log entries, want %d", len(list), want)
		}
		k.clock.advance(time.Second)
	}
	oldest, newest := logs("")[0], logs("DESC")[0]
	if !oldest.Timestamp.Add(2 * time.Second).Equal(newest.Timestamp.Time) {
		t.Errorf("oldest %v, newest %v", oldest, newest)
	}
	e, err := k.workRequests.ListWorkRequestErrors(ctx, tmcp.ListWorkRequestErrorsRequest{WorkRequestId: id})
	if err != nil || len(e.Items) != 0 {
		t.Errorf("errors %v, %v", e.Items, err)
	}
	k.send(t, "GET", "/20230401/workRequests/"+*id+"/logs?sortOrder=up", "").check(t, 400, "InvalidParameter")
	for _, path := range []string{"none", "none/errors", "none/logs"} {
		k.send(t, "GET", "/20230401/workRequests/"+path, "").check(t, 404, "NotAuthorizedOrNotFound")
	}
	_, err = k.workRequests.GetWorkRequest(ctx, tmcp.GetWorkRequestRequest{WorkRequestId: common.String("none")})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")
}
