package handler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// If several invitations prevent a create, the result is the oldest one, whatever their order in the list. An invitation whose lifecycle is
// FAILED prevents none, whatever its status.
func TestOldestInvitationIsExisting(t *testing.T) {
	oldest := entry("ocid1.x.oc1..1", "a", `"status": "ACCEPTED", "timeCreated": "2026-01-01T00:00:00.000Z"`)
	newest := entry("ocid1.x.oc1..2", "a", `"timeCreated": "2026-01-02T00:00:00.000Z"`)
	for name, c := range map[string]struct{ items, want string }{
		"oldest first": {oldest + "," + newest, `"id":"ocid1.x.oc1..1"`},
		"newest first": {newest + "," + oldest, `"id":"ocid1.x.oc1..1"`},
		"FAILED":       {entry("ocid1.x.oc1..1", "a", `"lifecycleState": "FAILED"`), `"id":"ocid1.x.oc1..new"`},
	} {
		t.Run(name, func(t *testing.T) {
			invitations := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					fmt.Fprint(w, entry("ocid1.x.oc1..new", "a", ""))
					return
				}
				fmt.Fprintf(w, `{"items": [%s]}`, c.items)
			}))
			t.Cleanup(invitations.Close)
			f := newFunction(t, &ocitest.Server{}, "ORGANIZATIONS_ENDPOINT", invitations.URL)
			if answer, cut := f.invoke(creates("a")); cut || !strings.Contains(answer, c.want) {
				t.Errorf("cut %v: %s", cut, answer)
			}
		})
	}
}

// The digest of a payload depends on its values, not on how the JSON is written. A defined tag may hold any JSON value.
func TestDigestOfEqualPayloads(t *testing.T) {
	const create = `{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.create",
		"data": {"recipientTenancyId": "ocid1.tenancy.oc1..a", "definedTags": {"n": {"k": %s}}}}`
	f := newFunction(t, &ocitest.Server{})
	for _, c := range []struct{ value, want string }{
		{`{"a": "é", "b": 12345678901234567890}`, `"outcome":"created"`},
		{`{"b": 12345678901234567890, "a": "\u00e9"}`, `"outcome":"existing"`},
		{`{"b": 12345678901234567891, "a": "é"}`, `"code":"Conflict"`},
		{`1e400`, `"code":"Conflict"`},
	} {
		if answer, cut := f.invoke(fmt.Sprintf(create, c.value)); cut || !strings.Contains(answer, c.want) {
			t.Errorf("%s: cut %v: %s", c.value, cut, answer)
		}
	}
}
