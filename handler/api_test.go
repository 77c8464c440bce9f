package handler_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"sender-invitations/internal/ocitest"
)

// Two requests are two results, even if they are alike and their callers name neither: a subscriber that drops repeats
// must not drop the second.
func TestResultEventsTellRequestsApart(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	for _, recipient := range []string{"acme", "globex"} {
		w := f.request(http.MethodPost, "/20230401/senderInvitations",
			`{"compartmentId": "`+ocitest.DefaultTenancy+`", "recipientTenancyId": "ocid1.tenancy.oc1..`+recipient+`"}`)
		if w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	ids := map[string]bool{}
	for _, message := range f.oci.Messages() {
		var event struct{ ID string }
		if err := json.Unmarshal([]byte(message.Body), &event); err != nil {
			t.Fatal(err)
		}
		ids[event.ID] = true
	}
	if len(ids) != 2 {
		t.Errorf("%d ids", len(ids))
	}
}

// The service documents that a page may be empty and not the last.
func TestSelectionReadsEveryPage(t *testing.T) {
	f := newFunction(t, &ocitest.Server{PageSize: 1, EmptyPages: true})
	const recipient = `"recipientTenancyId": "ocid1.tenancy.oc1..acme"`
	for _, name := range []string{"one", "two", "three"} {
		f.invoke(`{"operation": "create", ` + recipient + `, "displayName": "` + name + `"}`)
	}
	var answered struct {
		Results []struct {
			Error struct{ Code, Message string }
		}
	}
	answer, _ := f.invoke(`{"operation": "cancel", ` + recipient + `}`)
	if err := json.Unmarshal([]byte(answer), &answered); err != nil {
		t.Fatal(err)
	}
	want := "cancel: the recipient tenancy has 3 PENDING invitations; name one by senderInvitationId: " +
		"ocid1.senderinvitation.oc1..aaaaaaaa00000003, ocid1.senderinvitation.oc1..aaaaaaaa00000002, ocid1.senderinvitation.oc1..aaaaaaaa00000001"
	if got := answered.Results[0].Error; got.Code != "Conflict" || got.Message != want {
		t.Errorf("%+v", got)
	}
}
