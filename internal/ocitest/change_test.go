package ocitest_test

import (
	"maps"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

func TestUpdate(t *testing.T) {
	k := start(t, &ocitest.Server{})
	id := k.create(t, recipient, "before").Id
	before := k.get(t, id)
	k.clock.advance(time.Minute)
	update := func(match *string, details tmcp.UpdateSenderInvitationDetails) (tmcp.UpdateSenderInvitationResponse, error) {
		return k.invitations.UpdateSenderInvitation(ctx, tmcp.UpdateSenderInvitationRequest{
			SenderInvitationId: id, IfMatch: match, UpdateSenderInvitationDetails: details,
		})
	}
	tagged, err := update(before.Etag, tmcp.UpdateSenderInvitationDetails{FreeformTags: map[string]string{"a": "1", "b": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	if *tagged.DisplayName != "before" || *tagged.Etag == *before.Etag || !tagged.TimeUpdated.Equal(before.TimeCreated.Add(time.Minute)) {
		t.Errorf("updated to %v with etag %s", tagged.SenderInvitation, *tagged.Etag)
	}
	_, err = update(before.Etag, tmcp.UpdateSenderInvitationDetails{DisplayName: common.String("lost")})
	checkServiceError(t, err, 412, "NoEtagMatch")
	named, err := update(nil, tmcp.UpdateSenderInvitationDetails{
		DisplayName:  common.String("after"),
		FreeformTags: map[string]string{"c": "3"},
		DefinedTags:  map[string]map[string]any{"ns": {"k": "v"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	after := k.get(t, id)
	if *after.DisplayName != "after" || !maps.Equal(after.FreeformTags, map[string]string{"c": "3"}) || after.DefinedTags["ns"]["k"] != "v" {
		t.Errorf("invitation is %v", after.SenderInvitation)
	}
	if *after.Etag != *named.Etag {
		t.Errorf("etag %s after an answer with %s", *after.Etag, *named.Etag)
	}
}

func TestUpdateChangesThreeMembersOnly(t *testing.T) {
	k := start(t, &ocitest.Server{})
	id := *k.create(t, recipient, "name").Id
	path := "/20230401/senderInvitations/" + id
	k.send(t, "PUT", path, `{"recipientTenancyId":"x","status":"ACCEPTED","freeformTags":null}`)
	if i := k.Invitations()[0]; i.RecipientTenancyID != recipient || i.Status != "PENDING" {
		t.Errorf("invitation is %v", i)
	}
	k.send(t, "PUT", path, `{"displayName":[]}`).check(t, 400, "InvalidParameter")
	k.send(t, "PUT", path, `{"freeformTags":{"":""}}`).check(t, 400, "InvalidParameter")
	k.send(t, "PUT", path, `[]`).check(t, 400, "CannotParseRequest")
	k.checkTagLimit(t, "PUT", path, "")
	k.send(t, "PUT", path+"x", `{}`).check(t, 404, "NotAuthorizedOrNotFound")
}

func TestUpdateWhileMoving(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	id := k.create(t, recipient, "name").Id
	path := "/20230401/senderInvitations/" + *id
	k.send(t, "PUT", path, `{}`).check(t, 409, "IncorrectState")
	k.clock.advance(2 * time.Second)
	if got := k.send(t, "PUT", path, `{}`); got.status != 200 {
		t.Errorf("answer %d %s", got.status, got.body)
	}
	k.send(t, "POST", path+"/actions/cancel", "")
	k.send(t, "PUT", path, `{}`).check(t, 409, "IncorrectState")
}

func TestCancel(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Second})
	created := k.create(t, recipient, "name")
	cancel := func(match *string) (tmcp.CancelSenderInvitationResponse, error) {
		return k.invitations.CancelSenderInvitation(ctx, tmcp.CancelSenderInvitationRequest{SenderInvitationId: created.Id, IfMatch: match})
	}
	_, err := cancel(nil)
	checkServiceError(t, err, 409, "IncorrectState")
	k.clock.advance(2 * time.Second)
	_, err = cancel(created.Etag)
	checkServiceError(t, err, 412, "NoEtagMatch")
	response, err := cancel(k.get(t, created.Id).Etag)
	if err != nil {
		t.Fatal(err)
	}
	if response.OpcWorkRequestId == nil || *response.OpcWorkRequestId == *created.OpcWorkRequestId {
		t.Errorf("work request %v", response.OpcWorkRequestId)
	}
	k.checkState(t, created.Id, "UPDATING PENDING")
	_, err = cancel(nil)
	checkServiceError(t, err, 409, "IncorrectState")
	k.clock.advance(2 * time.Second)
	k.checkState(t, created.Id, "INACTIVE CANCELED")
	_, err = cancel(nil)
	checkServiceError(t, err, 409, "IncorrectState")
}

func TestCancelAnswersWithoutBody(t *testing.T) {
	k := start(t, &ocitest.Server{})
	path := "/20230401/senderInvitations/" + *k.create(t, recipient, "name").Id + "/actions/cancel"
	got := k.send(t, "POST", path, "", "if-match", "*")
	if got.status != 200 || got.body != "" || got.header.Get("etag") != "" || got.header.Get("content-type") != "" {
		t.Errorf("answer %d %q %v", got.status, got.body, got.header)
	}
	k.send(t, "POST", "/20230401/senderInvitations/none/actions/cancel", "").check(t, 404, "NotAuthorizedOrNotFound")
}

func TestHooks(t *testing.T) {
	type hook = func(*stack, string) error
	accept := func(k *stack, id string) error { return k.Accept(id) }
	expire := func(k *stack, id string) error { return k.Expire(id) }
	failed := func(k *stack, id string) error { return k.FailInvitation(id) }
	for _, test := range []struct {
		name string
		hook hook
		want string
	}{
		{"accept", accept, "INACTIVE ACCEPTED"},
		{"expire", expire, "INACTIVE EXPIRED"},
		{"fail", failed, "FAILED FAILED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := start(t, &ocitest.Server{})
			id := k.create(t, recipient, "name").Id
			if err := test.hook(k, *id); err != nil {
				t.Fatal(err)
			}
			k.checkState(t, id, test.want)
			for _, hook := range []hook{accept, expire, failed} {
				if hook(k, *id) == nil {
					t.Error("a hook accepts an invitation that is not pending")
				}
				if hook(k, "none") == nil {
					t.Error("a hook accepts an unknown invitation")
				}
			}
			k.checkState(t, id, test.want)
			k.clock.advance(31 * 24 * time.Hour)
			k.checkState(t, id, test.want)
		})
	}
}
