package handler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// spellings are OCIDs of one tenancy. Only the first is in its plain form. The filter of the emulated list compares letter by letter.
var spellings = []string{"ocid1.tenancy.oc1..a", "ocid1.tenancy.oc1.iad.a", "ocid1.tenancy.oc1..A", "ocid1.tenancy.oc1..next.a"}

// commandFor returns a command for the recipient tenancy.
func commandFor(operation, recipient string) string {
	fields := ""
	if operation == "update" {
		fields = `, "displayName": "new"`
	}
	return fmt.Sprintf(`{"operation": %q, "recipientTenancyId": %q%s}`, operation, recipient, fields)
}

// However the OCID of a tenancy is spelled, a create finds the tenancy's invitation: alone, in a list, and as a later record of a list.
func TestSpellingsOfOneTenancy(t *testing.T) {
	var each []string
	for _, spelling := range spellings {
		each = append(each, commandFor("create", spelling))
	}
	other := commandFor("create", "ocid1.tenancy.oc1..b")
	for name, deliveries := range map[string][]string{
		"alone":           each,
		"in a list":       {"[" + strings.Join(each, ",") + "]"},
		"alone and later": {each[0], "[" + other + "," + strings.Join(each[1:], ",") + "]"},
		"no retry":        {each[0], strings.TrimSuffix(each[1], "}") + `, "retry": "none"}`},
	} {
		f := newFunction(t, &ocitest.Server{PageSize: 1})
		for _, delivery := range deliveries {
			if answer, cut := f.invoke(delivery); cut || strings.Contains(answer, `"failed"`) {
				t.Errorf("%s: cut %v: %s", name, cut, answer)
			}
		}
		made := 0
		for _, one := range f.oci.Invitations() {
			if one.RecipientTenancyID != "ocid1.tenancy.oc1..b" {
				made++
			}
		}
		if made != 1 {
			t.Errorf("%s: %d invitations for one tenancy", name, made)
		}
	}
}

// A get, update or cancel by recipient finds the invitation too, however its OCID is spelled.
func TestSpellingsOfOtherCommands(t *testing.T) {
	for operation, outcome := range map[string]string{"get": "retrieved", "update": "updated", "cancel": "canceled"} {
		for _, spelling := range spellings {
			f := newFunction(t, &ocitest.Server{})
			f.invoke(creates("b", "a", "c"))
			if answer, cut := f.invoke(commandFor(operation, spelling)); cut || !strings.Contains(answer, `"outcome":"`+outcome+`"`) {
				t.Errorf("%s %s: cut %v: %s", operation, spelling, cut, answer)
			}
		}
	}
}

// Only an OCID that is not in its plain form costs a list of all invitations. What other tenancies' invitations are like does not matter
// then.
func TestListsBySpelling(t *testing.T) {
	strange := entry("ocid1.senderinvitation.oc1..z", "b", `"status": "HELD"`)
	for _, spelling := range spellings {
		f := newFunction(t, &ocitest.Server{})
		f.invoke(commandFor("create", spelling))
		want := "compartmentId=" + sender
		if spelling == spellings[0] {
			want += "&recipientTenancyId=" + spelling
		}
		if calls := f.oci.Calls(); len(f.oci.Invitations()) != 1 || calls[0].RawQuery != want {
			t.Errorf("%s: %d invitations, list %s, want %s", spelling, len(f.oci.Invitations()), calls[0].RawQuery, want)
		}
	}
	for items, outcome := range map[string]string{strange: "created", strange + "," + entry(theInvitation, "a", ""): "existing"} {
		f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Body: `{"items": [` + items + `]}`})
		if answer, cut := f.invoke(commandFor("create", spellings[1])); cut || !strings.Contains(answer, `"outcome":"`+outcome+`"`) {
			t.Errorf("%s: cut %v: %s", items, cut, answer)
		}
	}
}
