package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sender-invitations/events"
)

const aSender = "ocid1.tenancy.oc1..sender"

// create returns the data of a create command with a valid recipient and the given members.
func create(members string) string {
	return `{"recipientTenancyId": "ocid1.tenancy.oc1..r"` + members + "}"
}

func parsed(name, data string) error {
	command, err := Parse(Named(name), []byte(data))
	if err != nil {
		return err
	}
	if err := command.Check(); err != nil {
		return err
	}
	return command.CheckSender(aSender)
}

func TestCommandsAccepted(t *testing.T) {
	for _, c := range []struct{ operation, data string }{
		{"create", create("")},
		{"create", create(`, "compartmentId": "` + aSender + `"`)},
		{"create", create(`, "recipientEmailAddress": "a.b+c@acme.example", "displayName": "é", "subjects": ["LINK", "GOVERNANCE", "EXTENDED_FEATURES"], "features": ["x"], "opcRetryToken": "t", "opcRequestId": "r"`)},
		{"create", create(`, "recipientEmailAddress": null, "displayName": null, "subjects": null`)},
		{"create", create(`, "displayName": "` + strings.Repeat("会", 255) + `", "freeformTags": {"` + strings.Repeat("会", 100) + `": "` + strings.Repeat("𝒳", 256) + `"}`)},
		{"create", create(`, "definedTags": {"` + strings.Repeat("ü", 100) + `": {"` + strings.Repeat("会", 100) + `": "` + strings.Repeat("é", 256) + `"}}`)},
		{"create", create(`, "recipientEmailAddress": "müller@müller.example"`)},
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc1.iad.future.r-_"}`},
		{"create", create(`, "freeformTags": {"a": null}, "definedTags": {"b": null, "c": {"d": null}}`)},
		{"create", create(`, "freeformTags": {"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":""}, "definedTags": {"a": {"b": 1, "c": {"d": []}}}`)},
		{"get", `{"senderInvitationId": "ocid1.anything.oc1.iad.a"}`},
		{"get", `{"recipientTenancyId": "ocid1.tenancy.oc1..r"}`},
		{"list", ``},
		{"list", `{"recipientTenancyId": "ocid1.tenancy.oc1..r", "lifecycleState": "ACTIVE", "status": "PENDING", "displayName": "x", "page": "p", "limit": 1000, "sortBy": "timeCreated", "sortOrder": "DESC"}`},
		{"update", `{"senderInvitationId": "ocid1.x.oc1..a", "displayName": "x", "ifMatch": "e", "replaceTags": true, "freeformTags": {"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":""}}`},
		{"cancel", `{"senderInvitationId": "ocid1.x.oc1..a", "ifMatch": "e", "opcRetryToken": "t"}`},
	} {
		if err := parsed(c.operation, c.data); err != nil {
			t.Errorf("%s %s: %v", c.operation, c.data, err)
		}
	}
}

func TestCommandsRefused(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct{ operation, data, code, message string }{
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc1..a", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`, "CannotParseRequest", "twice"},
		{"create", `{"` + strings.Repeat("x", 100_000) + `": 1}`, "InvalidParameter", "create has no field"},
		{"create", create(`, "displayName": "` + strings.Repeat("<", 256<<10) + `"`), "InvalidParameter", "create: a command has at most 262144 bytes and 10000 values"},
		{"create", create(`, "features": [` + strings.Repeat(`"",`, 10_000) + `""]`), "InvalidParameter", "create: a command has at most 262144 bytes and 10000 values"},
		{"create", `null`, "InvalidParameter", "create: the fields of a command are a JSON object"},
		{"create", `[]`, "InvalidParameter", "create: the fields of a command are a JSON object"},
		{"create", `{}`, "MissingParameter", "create: recipientTenancyId is required"},
		{"create", `{"recipientTenancyId": null}`, "MissingParameter", "create: recipientTenancyId is required"},
		{"create", `{"recipientTenancyId": ["x"]}`, "InvalidParameter", "create: recipientTenancyId: must be a string, not a list"},
		{"create", `{"recipienttenancyid": "ocid1.tenancy.oc1..r"}`, "InvalidParameter", `create has no field "recipienttenancyid" (did you mean recipientTenancyId?); it takes`},
		{"create", `{"recipientTenancyId": "acme"}`, "InvalidParameter", "recipientTenancyId is not the OCID of a tenancy"},
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc2..r"}`, "InvalidParameter", "recipientTenancyId is of realm oc2"},
		{"create", `{"recipientTenancyId": "` + aSender + `"}`, "InvalidParameter", "recipientTenancyId is the sender tenancy itself"},
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc1.iad.sender"}`, "InvalidParameter", "recipientTenancyId is the sender tenancy itself"},
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc1.iad.future.SENDER"}`, "InvalidParameter", "recipientTenancyId is the sender tenancy itself"},
		{"create", `{"recipientTenancyId": " ocid1.tenancy.oc1..r"}`, "InvalidParameter", "recipientTenancyId is not the OCID of a tenancy (ocid1.tenancy.…): it has a blank at its start"},
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc1..r\r\n"}`, "InvalidParameter", "recipientTenancyId is not the OCID of a tenancy (ocid1.tenancy.…): it has a line end at its end"},
		{"create", `{"recipientTenancyId": "\u00a0ocid1.tenancy.oc1..r\t"}`, "InvalidParameter", "it has a blank at its start and a blank at its end"},
		{"create", `{"recipientTenancyId": "ocid1.tenancy.oc1..` + strings.Repeat("r", 1024) + `"}`, "InvalidParameter", "recipientTenancyId is not the OCID of a tenancy (ocid1.tenancy.…): it is longer than 1024 bytes"},
		{"get", `{"senderInvitationId": "ocid1.senderinvitation.oc1..r\n"}`, "InvalidParameter", "senderInvitationId is not an OCID: it has a line end at its end"},
		{"create", create(`, "compartmentId": "ocid1.tenancy.oc1..other"`), "NotAuthorizedOrNotFound", "compartmentId is not the sender tenancy"},
		{"create", create(`, "recipientEmailAddress": "ann@acme.example "`), "InvalidParameter", "is not one plain e-mail address: it has a blank at its end"},
		{"create", create(`, "recipientEmailAddress": ""`), "InvalidParameter", "recipientEmailAddress is not one plain e-mail address"},
		{"create", create(`, "recipientEmailAddress": "acme"`), "InvalidParameter", "recipientEmailAddress is not"},
		{"create", create(`, "recipientEmailAddress": "A <a@acme.example>"`), "InvalidParameter", "recipientEmailAddress is not"},
		{"create", create(`, "recipientEmailAddress": "a@acme.example, b@acme.example"`), "InvalidParameter", "recipientEmailAddress is not"},
		{"create", create(`, "recipientEmailAddress": "` + long + `@acme.example"`), "InvalidParameter", "recipientEmailAddress is not"},
		{"create", create(`, "subjects": ["LINK", "link"]`), "InvalidParameter", "subjects takes LINK, GOVERNANCE, EXTENDED_FEATURES"},
		{"create", create(`, "senderInvitationId": "ocid1.x.oc1..a"`), "InvalidParameter", `create has no field "senderInvitationId"`},
		{"create", create(`, "ifMatch": "x"`), "InvalidParameter", `create has no field "ifMatch"`},
		{"create", create(`, "displayName": "` + long + `"`), "InvalidParameter", "displayName is longer than 255 characters"},
		{"create", create(`, "displayName": "` + strings.Repeat("会", 256) + `"`), "InvalidParameter", "displayName is longer than 255 characters"},
		{"list", `{"displayName": "` + strings.Repeat("会", 256) + `"}`, "InvalidParameter", "displayName is longer than 255 characters"},
		{"list", `{"page": "` + strings.Repeat("p", 4097) + `"}`, "InvalidParameter", "page is longer than 4096 bytes"},
		{"create", create(`, "opcRetryToken": "` + long + `"`), "InvalidParameter", "opcRetryToken is longer than 64"},
		{"create", create(`, "opcRequestId": "a\nb"`), "InvalidParameter", "opcRequestId has a character that is not allowed in a header"},
		{"create", create(`, "definedTags": {"": {"a": "b"}}`), "InvalidParameter", "create: definedTags: a namespace is empty"},
		{"create", create(`, "definedTags": {"n": {"": "b"}}`), "InvalidParameter", `create: definedTags: a key of namespace "n" is empty`},
		{"create", create(`, "definedTags": {"n": {"a": "` + strings.Repeat("x", 257) + `"}}`), "InvalidParameter", `create: definedTags: the value of tag "n"."a" is longer than 256 characters`},
		{"create", create(`, "definedTags": {"n": {"a` + long + `": "b"}}`), "InvalidParameter", `create: definedTags: the key "a` + long[:59] + `…" is longer than 100 characters`},
		{"create", create(`, "definedTags": {"n` + long + `": {}}`), "InvalidParameter", `create: definedTags: the namespace "n` + long[:59] + `…" is longer than 100 characters`},
		{"create", create(`, "definedTags": {"": {}}`), "InvalidParameter", "create: definedTags: a namespace is empty"},
		{"create", create(`, "freeformTags": {"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":""}`), "InvalidParameter", "freeformTags has 9 tags; at most 8 fit"},
		{"create", create(`, "freeformTags": {"` + long + `": ""}`), "InvalidParameter", `create: freeformTags: the key "` + long[:60] + `…" is longer than 100 characters`},
		{"create", create(`, "freeformTags": {"": "x"}`), "InvalidParameter", "create: freeformTags: a key is empty"},
		{"create", create(`, "freeformTags": {"bob@acme.example": "` + long + `"}`), "InvalidParameter", `create: freeformTags: the value of tag "sha256:`},
		{"create", create(`, "freeformTags": {"a": "` + strings.Repeat("会", 257) + `", "b": "` + long + `"}`), "InvalidParameter", `create: freeformTags: the value of tag "a" is longer than 256 characters`},
		{"create", create(`, "freeformTags": {"a": "` + long + `"}`), "InvalidParameter", `create: freeformTags: the value of tag "a" is longer than 256 characters`},
		{"create", create(`, "freeformTags": {"a": 1}`), "InvalidParameter", `create: freeformTags: the value of tag "a" must be a string, not a number`},
		{"create", create(`, "definedTags": {"a": "b"}`), "InvalidParameter", `create: definedTags: namespace "a" must be an object of tags, not a string`},
		{"get", `{}`, "MissingParameter", "get: senderInvitationId or recipientTenancyId is required"},
		{"get", `{"senderInvitationId": "ocid1.x.oc1..a", "recipientTenancyId": "ocid1.tenancy.oc1..r"}`, "InvalidParameter", "exclude each other"},
		{"get", `{"senderInvitationId": "x"}`, "InvalidParameter", "senderInvitationId is not an OCID"},
		{"cancel", `{"senderInvitationId": "ocid1.x.oc2..a"}`, "InvalidParameter", "senderInvitationId is of realm oc2"},
		{"list", `{"limit": 0}`, "InvalidParameter", "limit must be a whole number from 1 to 1000"},
		{"list", `{"limit": 1.5}`, "InvalidParameter", "limit: must be a whole number, not number 1.5"},
		{"list", `{"limit": "5"}`, "InvalidParameter", "limit: must be a whole number, not a string"},
		{"list", `{"status": "OPEN"}`, "InvalidParameter", "status takes PENDING, CANCELED"},
		{"list", `{"lifecycleState": "PENDING"}`, "InvalidParameter", "lifecycleState takes CREATING"},
		{"list", `{"sortBy": "status"}`, "InvalidParameter", "sortBy takes timeCreated, displayName"},
		{"list", `{"sortOrder": "up"}`, "InvalidParameter", "sortOrder takes ASC, DESC"},
	} {
		err := events.AsError(parsed(c.operation, c.data))
		if err == nil || err.Code != c.code || !strings.Contains(err.Message, c.message) || err.Retryable || strings.Contains(err.Message, "@") || len(err.Message) > 2100 {
			t.Errorf("%s %s: %v, want %s %s", c.operation, c.data, err, c.code, c.message)
		}
	}
}

func TestDefinedTagsFull(t *testing.T) {
	tags := map[string]map[string]int{"a": {}, "b": {}}
	for index := range 33 {
		tags["a"][fmt.Sprint(index)], tags["b"][fmt.Sprint(index)] = 1, 2
	}
	text, err := json.Marshal(tags)
	if err != nil {
		t.Fatal(err)
	}
	if err := parsed("create", create(`, "definedTags": `+string(text))); err == nil || !strings.Contains(err.Error(), "definedTags has 66 tags") {
		t.Error(err)
	}
}

// events.Operations and the table of operations have the same names.
func TestOperationsNamed(t *testing.T) {
	for _, name := range events.Operations {
		if Named(name) == nil {
			t.Errorf("the table has no operation %s", name)
		}
	}
	for _, op := range Operations {
		if op.Name != "" && !slices.Contains(events.Operations, op.Name) {
			t.Errorf("events.Operations lacks %s", op.Name)
		}
	}
	if Named("") != nil {
		t.Error("an operation without a name is found")
	}
}
