package ocitest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// TestStandings follows an invitation through its states: its work requests, and which changes are possible in each.
func TestStandings(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	id := k.Invite(recipient)
	check := func(want string) {
		t.Helper()
		list := k.Standings(1)
		if len(list) != 1 {
			t.Fatalf("%d invitations", len(list))
		}
		i := list[0]
		var parts []string
		for _, w := range i.WorkRequests {
			parts = append(parts, fmt.Sprintf("%s %s %d", strings.TrimSuffix(w.OperationType, "_SENDER_INVITATION"), w.Status, w.PercentComplete))
		}
		if got := fmt.Sprintf("%s %s; %s; %s", i.Invitation.LifecycleState, i.Invitation.Status, strings.Join(parts, ", "), i.Can); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	cancel := "/20230401/senderInvitations/" + id + "/actions/cancel"
	check("CREATING PENDING; CREATE ACCEPTED 0; [fail]")
	k.clock.advance(time.Second)
	check("CREATING PENDING; CREATE IN_PROGRESS 50; [fail]")
	k.clock.advance(time.Second)
	check("ACTIVE PENDING; CREATE SUCCEEDED 100; [accept expire fail]")
	k.send(t, "POST", cancel, "")
	check("UPDATING PENDING; CREATE SUCCEEDED 100, CANCEL ACCEPTED 0; [fail-cancel]")
	if err := k.FailCancel(id); err != nil {
		t.Fatal(err)
	}
	check("ACTIVE PENDING; CREATE SUCCEEDED 100, CANCEL FAILED 100; [accept expire fail]")
	if err := k.Accept(id); err != nil {
		t.Fatal(err)
	}
	check("INACTIVE ACCEPTED; CREATE SUCCEEDED 100, CANCEL FAILED 100; []")
	i := k.Standings(1)[0]
	if !i.Expires.Equal(i.Invitation.TimeCreated.Add(30 * 24 * time.Hour)) {
		t.Errorf("created %s, expires %s", i.Invitation.TimeCreated, i.Expires)
	}
}

func TestNewestStandings(t *testing.T) {
	k := start(t, &ocitest.Server{})
	for range 3 {
		k.Invite(recipient)
	}
	if got := k.Standings(2); len(got) != 2 || got[0].Number != 2 || got[1].Number != 3 || got[1].Invitation.ID != k.Invitations()[2].ID {
		t.Errorf("%+v", got)
	}
	if got := k.Standings(5); len(got) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestClockAndFailing(t *testing.T) {
	k := start(t, &ocitest.Server{})
	before, ahead := k.Clock()
	if ahead != 0 {
		t.Errorf("ahead by %s at first", ahead)
	}
	if err := k.Advance(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if now, ahead := k.Clock(); ahead != 48*time.Hour || now.Sub(before) != ahead {
		t.Errorf("%s, ahead by %s", now, ahead)
	}
	k.FailCreations(2)
	k.Invite(recipient)
	k.FailCancels(3)
	if creations, cancels := k.Failing(); creations != 1 || cancels != 3 {
		t.Errorf("%d creations and %d cancellations will fail", creations, cancels)
	}
}

func TestOperation(t *testing.T) {
	for request, want := range map[string]string{
		"POST /20230401/senderInvitations":                  "CreateSenderInvitation",
		"POST /20230401/senderInvitations/a/actions/cancel": "CancelSenderInvitation",
		"GET /20230401/workRequests/a%2Fb":                  "GetWorkRequest",
		"POST /20180418/streams/a/messages":                 "PutMessages",
		"DELETE /20230401/senderInvitations":                "",
		"GET /messages":                                     "",
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := ocitest.Operation(method, path); got != want {
			t.Errorf("%s: %q", request, got)
		}
	}
}
