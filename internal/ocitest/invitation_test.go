package ocitest_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

func TestCreateAndGet(t *testing.T) {
	k := start(t, &ocitest.Server{})
	created, err := k.invitations.CreateSenderInvitation(ctx, tmcp.CreateSenderInvitationRequest{
		OpcRequestId: common.String("mine"),
		CreateSenderInvitationDetails: tmcp.CreateSenderInvitationDetails{
			CompartmentId:         common.String(ocitest.DefaultTenancy),
			RecipientTenancyId:    common.String(recipient),
			RecipientEmailAddress: common.String("ann@example.com"),
			DisplayName:           common.String("a <b> & c"),
			Subjects:              []tmcp.InvitationSubjectEnum{tmcp.InvitationSubjectLink, tmcp.InvitationSubjectGovernance},
			Features:              []string{"one"},
			FreeformTags:          map[string]string{"k": "v"},
			DefinedTags:           map[string]map[string]any{"ns": {"k": "v", "n": 3.0}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if *created.OpcRequestId != "mine" || created.OpcWorkRequestId == nil || created.Etag == nil {
		t.Errorf("created %v", created)
	}
	want := tmcp.SenderInvitation{
		Id:                    created.Id,
		CompartmentId:         common.String(ocitest.DefaultTenancy),
		RecipientTenancyId:    common.String(recipient),
		RecipientEmailAddress: common.String("ann@example.com"),
		DisplayName:           common.String("a <b> & c"),
		Subjects:              []tmcp.InvitationSubjectEnum{tmcp.InvitationSubjectLink, tmcp.InvitationSubjectGovernance},
		InvitationFeatures:    []tmcp.InvitationFeature{{Name: common.String("one"), Status: "PENDING"}},
		FreeformTags:          map[string]string{"k": "v"},
		DefinedTags:           map[string]map[string]any{"ns": {"k": "v", "n": 3.0}},
		LifecycleState:        "CREATING",
		Status:                "PENDING",
		TimeCreated:           &common.SDKTime{Time: k.clock.Now().Truncate(time.Millisecond)},
	}
	if !reflect.DeepEqual(created.SenderInvitation, want) {
		t.Errorf("created %v\nwant %v", created.SenderInvitation, want)
	}
	got := k.get(t, created.Id)
	want.LifecycleState = "ACTIVE"
	want.TimeUpdated = want.TimeCreated
	if !reflect.DeepEqual(got.SenderInvitation, want) {
		t.Errorf("got %v\nwant %v", got.SenderInvitation, want)
	}
	if *got.Etag == *created.Etag {
		t.Errorf("the etag is still %s", *got.Etag)
	}
	_, err = k.invitations.GetSenderInvitation(ctx, tmcp.GetSenderInvitationRequest{SenderInvitationId: common.String("ocid1.other")})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")
}

// TestMinimalJSON checks that unset members are omitted and unknown ones ignored.
func TestMinimalJSON(t *testing.T) {
	k := start(t, &ocitest.Server{Step: time.Hour})
	body := fmt.Sprintf(`{"compartmentId":%q,"recipientTenancyId":"r","displayName":null,"subjects":[],"surprise":1}`, ocitest.DefaultTenancy)
	got := k.send(t, "POST", "/20230401/senderInvitations", body)
	want := `{"id":"ocid1.senderinvitation.oc1..aaaaaaaa00000001","compartmentId":"ocid1.tenancy.oc1..aaaaaaaasender",` +
		`"recipientTenancyId":"r","subjects":["LINK"],"lifecycleState":"CREATING","status":"PENDING","timeCreated":"2050-01-02T15:04:05.678Z"}`
	if got.status != 200 || got.body != want {
		t.Errorf("answer %d %s\nwant %s", got.status, got.body, want)
	}
	if kind := got.header.Get("content-type"); kind != "application/json" {
		t.Errorf("content type %q", kind)
	}
}

func TestCreateRefuses(t *testing.T) {
	k := start(t, &ocitest.Server{})
	tags := func(n int, key, value string) string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprint(key, i)] = value
		}
		text, _ := json.Marshal(m)
		return `,"freeformTags":` + string(text)
	}
	valid := fmt.Sprintf(`"compartmentId":%q,"recipientTenancyId":"r"`, ocitest.DefaultTenancy)
	for _, test := range []struct {
		name, body string
		status     int
		code       string
	}{
		{"no body", ``, 400, "CannotParseRequest"},
		{"not JSON", `{`, 400, "CannotParseRequest"},
		{"not an object", `[]`, 400, "CannotParseRequest"},
		{"null", `null`, 400, "CannotParseRequest"},
		{"two values", `{` + valid + `}{}`, 400, "CannotParseRequest"},
		{"no compartment", `{"recipientTenancyId":"r"}`, 400, "MissingParameter"},
		{"null compartment", `{"compartmentId":null,"recipientTenancyId":"r"}`, 400, "MissingParameter"},
		{"other letter case", `{"compartmentID":"x","recipientTenancyId":"r"}`, 400, "MissingParameter"},
		{"foreign compartment", `{"compartmentId":"x","recipientTenancyId":"r"}`, 404, "NotAuthorizedOrNotFound"},
		{"no recipient", fmt.Sprintf(`{"compartmentId":%q}`, ocitest.DefaultTenancy), 400, "MissingParameter"},
		{"the sender itself", fmt.Sprintf(`{"compartmentId":%q,"recipientTenancyId":%[1]q}`, ocitest.DefaultTenancy), 400, "InvalidParameter"},
		{"wrong type", `{` + valid + `,"displayName":1}`, 400, "InvalidParameter"},
		{"unknown subject", `{` + valid + `,"subjects":["LINK","TANGO"]}`, 400, "InvalidParameter"},
		{"long key", `{` + valid + tags(1, strings.Repeat("k", 100), "v") + `}`, 400, "InvalidParameter"},
		{"empty key", `{` + valid + `,"freeformTags":{"":"v"}}`, 400, "InvalidParameter"},
		{"long value", `{` + valid + tags(1, "k", strings.Repeat("é", 257)) + `}`, 400, "InvalidParameter"},
		{"over 1 MB", `{` + valid + strings.Repeat(" ", 1<<20) + `}`, 413, "PayloadTooLarge"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k.send(t, "POST", "/20230401/senderInvitations", test.body).check(t, test.status, test.code)
		})
	}
	k.checkTagLimit(t, "POST", "/20230401/senderInvitations", valid+",")
	if n := len(k.Invitations()); n != 0 {
		t.Errorf("%d invitations were created", n)
	}
	limit := k.send(t, "POST", "/20230401/senderInvitations",
		`{`+valid+tags(10, strings.Repeat("k", 99), strings.Repeat("é", 256))+`}`)
	if limit.status != 200 {
		t.Errorf("tags at their limits: %d %s", limit.status, limit.body)
	}
}

// checkTagLimit checks that a body with 11 freeform tags is refused, and that the
// message names the member. more is what else the body needs.
func (k *stack) checkTagLimit(t *testing.T, method, path, more string) {
	t.Helper()
	tags := map[string]string{}
	for n := range 11 {
		tags[fmt.Sprint(n)] = ""
	}
	text, err := json.Marshal(tags)
	if err != nil {
		t.Fatal(err)
	}
	got := k.send(t, method, path, `{`+more+`"freeformTags":`+string(text)+`}`)
	got.check(t, 400, "InvalidParameter")
	if !strings.Contains(got.body, "freeformTags has 11 tags") {
		t.Errorf("answer %s", got.body)
	}
}

func TestDuplicatesAreNotRefused(t *testing.T) {
	k := start(t, &ocitest.Server{})
	a, b := k.create(t, recipient, "one"), k.create(t, recipient, "two")
	if *a.Id == *b.Id || len(k.Invitations()) != 2 {
		t.Errorf("ids %s and %s", *a.Id, *b.Id)
	}
}

func TestExpiry(t *testing.T) {
	const month = 30 * 24 * time.Hour
	k := start(t, &ocitest.Server{})
	early := k.create(t, recipient, "early")
	k.clock.advance(time.Hour)
	late := k.create(t, recipient, "late")
	k.clock.advance(month - time.Hour - time.Millisecond)
	k.checkState(t, early.Id, "ACTIVE PENDING")
	k.clock.advance(time.Millisecond)
	k.checkState(t, early.Id, "INACTIVE EXPIRED")
	k.checkState(t, late.Id, "ACTIVE PENDING")
	k.clock.advance(month)
	expired := k.get(t, late.Id)
	if expired.Status != "EXPIRED" || !expired.TimeUpdated.Equal(late.TimeCreated.Add(month)) {
		t.Errorf("invitation %v", expired.SenderInvitation)
	}
}

func TestInvitationsIsACopy(t *testing.T) {
	k := start(t, &ocitest.Server{})
	k.send(t, "POST", "/20230401/senderInvitations", fmt.Sprintf(
		`{"compartmentId":%q,"recipientTenancyId":"r","features":["f"],"freeformTags":{"k":"v"},"definedTags":{"n":{"k":"v"}}}`, ocitest.DefaultTenancy))
	mine := k.Invitations()[0]
	mine.Subjects[0], mine.InvitationFeatures[0].Name = "changed", "changed"
	mine.FreeformTags["k"], mine.DefinedTags["n"]["k"] = "changed", "changed"
	if text := fmt.Sprint(k.Invitations()); strings.Contains(text, "changed") {
		t.Errorf("the server has %s", text)
	}
}
