package handler_test

import (
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

const cancelForA = `{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`

// An invitation that is on two pages, because the list changed in between, counts once.
func TestListChangesBetweenPages(t *testing.T) {
	var f *function
	oci := &ocitest.Server{PageSize: 1}
	oci.Fault = func(r *http.Request) ocitest.Fault {
		if r.URL.Query().Has("page") && len(oci.Invitations()) == 2 {
			f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+ocitest.DefaultTenancy+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
			if err := oci.Accept(oci.Invitations()[2].ID); err != nil {
				t.Error(err)
			}
		}
		return ocitest.Fault{}
	}
	f = newFunction(t, oci)
	f.invoke(creates("a"))
	f.invoke(cancelForA)
	f.invoke(strings.Replace(creates("a"), `"id": "0"`, `"id": "1"`, 1))
	answer, cut := f.invoke(cancelForA)
	if cut || !strings.Contains(answer, `"outcome":"canceled"`) || len(oci.Invitations()) != 3 || oci.Invitations()[1].Status != "CANCELED" {
		t.Errorf("cut %v: %s %v", cut, answer, oci.Invitations())
	}
}

// An invitation that cannot be read does not count as missing: it is an error, and a permanent one, for a redelivery cannot read it either.
func TestUnreadableInvitation(t *testing.T) {
	for _, tags := range []string{`"freeformTags": {"a": 1}`, `"freeformTags": []`, `"definedTags": {"a": "b"}`, `"timeCreated": 5`} {
		f := spoiling(t, http.MethodGet, "/senderInvitations", ocitest.Fault{Body: `{"items": [` + entry("ocid1.x.oc1..1", "a", tags) + `]}`})
		answer, cut := f.invoke(cancelForA)
		if cut || !strings.Contains(answer, `"code":"BadGateway"`) || !strings.Contains(answer, `"retryable":false`) || !strings.Contains(answer, `"opcRequestId"`) {
			t.Errorf("%s: cut %v: %s", tags, cut, answer)
		}
	}
}
