package invitations

import (
	"encoding/json"
	"testing"
	"time"

	"sender-invitations/handler/command"
)

func TestToTell(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	since, soon := now.AddDate(0, 0, -31), now.AddDate(0, 0, 3)
	days := func(ago int) string { return now.AddDate(0, 0, -ago).Format(time.RFC3339) }
	for _, c := range []struct {
		name, status, state, created, updated, told, want string
	}{
		{"pending", "PENDING", "ACTIVE", days(1), "", "", ""},
		{"ends in three days", "PENDING", "ACTIVE", days(28), "", "", expiring},
		{"ends in four days", "PENDING", "ACTIVE", days(26), "", "", ""},
		{"is told as expiring", "PENDING", "ACTIVE", days(28), "", expiring, ""},
		{"is being canceled", "PENDING", "UPDATING", days(28), "", "", ""},
		{"accepted", "ACCEPTED", "INACTIVE", days(20), days(1), "", "ACCEPTED"},
		{"accepted while told as expiring", "ACCEPTED", "INACTIVE", days(29), days(1), expiring, "ACCEPTED"},
		{"told", "ACCEPTED", "INACTIVE", days(20), days(1), "ACCEPTED", ""},
		{"told as something else", "ACCEPTED", "INACTIVE", days(20), days(1), "CANCELED", "ACCEPTED"},
		{"told by a stranger's tag", "ACCEPTED", "INACTIVE", days(20), days(1), "yes", "ACCEPTED"},
		{"accepted long ago", "ACCEPTED", "INACTIVE", days(50), days(40), "", ""},
		{"without a time of change", "CANCELED", "INACTIVE", days(20), "", "", "CANCELED"},
		{"created long ago, without a time of change", "CANCELED", "INACTIVE", days(70), "", "", ""},
		{"expired", "EXPIRED", "INACTIVE", days(31), days(1), "", "EXPIRED"},
		{"expired long ago, and changed since", "EXPIRED", "INACTIVE", days(70), days(1), "", ""},
		{"failed", "FAILED", "FAILED", days(1), days(1), "", "FAILED"},
		{"failed by its lifecycle alone", "PENDING", "FAILED", days(1), days(1), "", "FAILED"},
		{"none of the function's", "NOT_APPLICABLE", "ACTIVE", days(1), days(1), "", ""},
		{"accepted, without any time", "ACCEPTED", "INACTIVE", "", "", "", "ACCEPTED"},
		{"expired, without any time", "EXPIRED", "INACTIVE", "", "", "", "EXPIRED"},
		{"pending, without any time", "PENDING", "ACTIVE", "", "", "", ""},
	} {
		one := reading{TimeCreated: c.created, TimeUpdated: c.updated, FreeformTags: map[string]string{}}
		one.Status, one.LifecycleState = c.status, c.state
		if c.told != "" {
			one.FreeformTags[toldTag] = c.told
		}
		if got := one.toTell(since, soon); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAgain(t *testing.T) {
	got, err := (Change{ID: "ocid1.senderinvitation.oc1..old", Invitation: json.RawMessage(`{"id": "ocid1.senderinvitation.oc1..old",
		"compartmentId": "ocid1.tenancy.oc1..s", "recipientTenancyId": " ocid1.tenancy.oc1..r ", "recipientEmailAddress": "ann@acme.example", "displayName": "Acme",
		"subjects": ["LINK"], "invitationFeatures": [{"name": "x", "status": "EXPIRED"}], "status": "EXPIRED", "systemTags": {"a": {}},
		"freeformTags": {"origin": "shop", "senderinvitation-key": "k", "senderinvitation-digest": "d", "senderinvitation-told": "EXPIRING", "senderinvitation-resent": "1"},
		"definedTags": {"Oracle-Tags": {"CreatedBy": "me"}, "Operations": {"CostCenter": 42}}}`)}).Again()
	if err != nil {
		t.Fatal(err)
	}
	fields, err := json.Marshal(got)
	want := `{"recipientTenancyId":"ocid1.tenancy.oc1..r","recipientEmailAddress":"ann@acme.example","displayName":"Acme","subjects":["LINK"],"features":["x"],` +
		`"freeformTags":{"origin":"shop"},"definedTags":{"Operations":{"CostCenter":42}},"previous":"ocid1.senderinvitation.oc1..old"}`
	if err != nil || string(fields) != want || got.Operation != command.Create {
		t.Errorf("%v: %s\nwant %s", err, fields, want)
	}
	if _, err := (Change{Invitation: json.RawMessage(`{"recipientTenancyId": "acme"}`)}).Again(); err == nil {
		t.Error("an invitation without a tenancy's OCID is sent again")
	}
}
