package handler_test

import (
	"maps"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// No command sets or drops the tags by which the function follows an invitation: an event could otherwise keep an acceptance from being told.
func TestOwnTags(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	const own = `"senderinvitation-told": "ACCEPTED", "senderinvitation-resent": "9", "senderinvitation-key": "k", "origin": "shop"`
	f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "freeformTags": {` + own + `}}`)
	made := f.oci.Invitations()[0]
	if tags := made.FreeformTags; len(tags) != 3 || tags["origin"] != "shop" || tags["senderinvitation-key"] == "k" {
		t.Errorf("a create sets %q", tags)
	}
	if err := f.oci.Accept(made.ID); err != nil {
		t.Fatal(err)
	}
	f.invoke(`{"operation": "update", "senderInvitationId": "` + made.ID + `", "freeformTags": {` + own + `}}`)
	if answer, _ := f.invoke(`{"operation": "poll"}`); !strings.Contains(answer, `"told":1`) {
		t.Error(answer)
	}
	marked := f.oci.Invitations()[0].FreeformTags
	if marked["senderinvitation-told"] != "ACCEPTED" || len(marked) != 4 {
		t.Errorf("a poll sets %q", marked)
	}
	f.invoke(`{"operation": "update", "senderInvitationId": "` + made.ID + `", "replaceTags": true, "freeformTags": {"senderinvitation-told": ""}}`)
	want := maps.Clone(marked)
	delete(want, "origin")
	if got := f.oci.Invitations()[0].FreeformTags; !maps.Equal(got, want) {
		t.Errorf("an update that replaces the tags leaves %q, want %q", got, want)
	}
}
