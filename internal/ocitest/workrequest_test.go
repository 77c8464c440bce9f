package ocitest_test

import (
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
			e, err := k.workRequests.ListWorkRequestErrors(ctx, tmcp.ListWorkRequestErrorsRequest{WorkRequestId: created.OpcWorkRequestId})
			if err != nil || len(e.Items) != 1 || *e.Items[0].Code == "" || *e.Items[0].Message == "" || e.Items[0].Timestamp == nil {
				t.Errorf("errors %v, %v", e.Items, err)
			}
		})
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
