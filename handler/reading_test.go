package handler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
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

// A list whose pages lead in a circle ends. An invitation that cannot be read does not count as missing: it is an error, and a permanent
// one, for a redelivery cannot read it either.
func TestUnusableLists(t *testing.T) {
	for name, c := range map[string]struct {
		item, next string
		pages      int64
		want       string
	}{
		"a circle":        {`{"id": "ocid1.x.oc1..1", "status": "ACCEPTED"}`, "%d", 4, `"code":"NotAuthorizedOrNotFound"`},
		"tags of numbers": {`{"id": "ocid1.x.oc1..1", "status": "PENDING", "freeformTags": {"a": 1}}`, "", 1, `"code":"BadGateway"`},
		"no id":           {`{"status": "PENDING"}`, "", 1, `"code":"BadGateway"`},
	} {
		t.Run(name, func(t *testing.T) {
			var pages atomic.Int64
			lists := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				page := pages.Add(1)
				if strings.Contains(c.next, "%d") {
					w.Header().Set("opc-next-page", fmt.Sprintf(c.next, page%3))
				}
				w.Header().Set("opc-request-id", "of the list")
				fmt.Fprintf(w, `{"items": [%s]}`, c.item)
			}))
			t.Cleanup(lists.Close)
			oci := &ocitest.Server{}
			f := newFunction(t, oci, "ORGANIZATIONS_ENDPOINT", lists.URL, "MAX_ATTEMPTS", "1")
			_, cut := f.invoke(cancelForA)
			message := oci.Messages()[0].Body
			if cut || !strings.Contains(message, c.want) || !strings.Contains(message, `"opcRequestId":"of the list"`) || pages.Load() != c.pages {
				t.Errorf("cut %v after %d pages: %s", cut, pages.Load(), message)
			}
		})
	}
}
