package invitations

import (
	"fmt"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// A conflict names the candidates, but not more than the message has room for.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		pending int
		wanted  string
	}{
		{2, "2 PENDING invitations; name one by senderInvitationId: ocid1.senderinvitation.oc1..0, ocid1.senderinvitation.oc1..1"},
		{300, "300 PENDING invitations; name one by senderInvitationId: ocid1.senderinvitation.oc1..0, "},
		{300, "ocid1.senderinvitation.oc1..9, and 290 more"},
	} {
		var found candidates
		for index := range c.pending {
			found.pending = append(found.pending, reading{Invitation: events.Invitation{ID: fmt.Sprintf("ocid1.senderinvitation.oc1..%d", index)}})
		}
		_, err := found.choose(command.Command{Operation: command.Cancel, RecipientTenancyID: "ocid1.tenancy.oc1..a"})
		if fault := events.AsError(err); fault == nil || fault.Status != 409 || fault.Code != "Conflict" || !strings.Contains(fault.Message, c.wanted) {
			t.Errorf("%d PENDING invitations: %v, want %s", c.pending, err, c.wanted)
		}
	}
}

// Of the tags of a listed invitation, only the ledger's are kept: a page can have very many.
func TestListedInvitationsAreSparse(t *testing.T) {
	raw := `{"id": "1", "recipientTenancyId": "a", "status": "PENDING", "lifecycleState": "ACTIVE", "freeformTags": {"a": "b", "senderinvitation-key": "k"}, "definedTags": {"n": {"a": 1}}}`
	one, err := parseReading([]byte(raw), "", "")
	kept := one.sparse()
	if err != nil || len(kept.FreeformTags) != 1 || kept.FreeformTags[keyTag] != "k" || kept.DefinedTags != nil || string(kept.raw) != raw {
		t.Errorf("%v: %+v", err, kept)
	}
	if len(one.FreeformTags) != 2 || one.DefinedTags == nil {
		t.Errorf("the reading itself has changed: %+v", one)
	}
}
