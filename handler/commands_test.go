package handler_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// COMMANDS decides which operations a delivery may ask for by name, in every form and through each door. A refusal is published like any
// failed delivery, and reaches OCI in no other way. Rules and the routes of the API are not affected.
func TestCommandsTurnedOff(t *testing.T) {
	t.Parallel()
	const (
		bare   = `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
		event  = `{"specversion": "1.0", "id": "1", "source": "/s", "type": "SenderInvitation.Create", "data": {"recipientTenancyId": "ocid1.tenancy.oc1..a"}}`
		cancel = `{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
		signup = `{"specversion": "1.0", "id": "1", "source": "/s", "type": "com.example.tenancy.signup", "data": {"tenancyId": "ocid1.tenancy.oc1..a", "company": "a", "admin": {"email": "a@a.example"}}}`
	)
	replay := func(original string) string {
		text, err := json.Marshal(original)
		if err != nil {
			t.Fatal(err)
		}
		return `{"specversion": "1.0", "id": "f", "source": "/f", "type": "senderinvitation.failed", "data": {"outcome": "failed", "event": ` + string(text) + `}}`
	}
	for _, c := range []struct {
		commands, delivery string
		refused            string // operation; "" if none is refused
	}{
		{"none", bare, "create"},
		{"none", event, "create"},
		{"none", replay(event), "create"},
		{"none", "[" + bare + "]", "create"},
		{"none", `{"operation": "create", "unknown": 1}`, "create"},
		{"cancel", bare, "create"},
		{"create, update", cancel, "cancel"},
		{"create", bare, ""},
		{"cancel,create", event, ""},
		{"", bare, ""},
		{"none", signup, ""},
		{"none", replay(signup), ""},
	} {
		for door, send := range map[string]func(*function, string) string{
			"direct": func(f *function, body string) string { answer, _ := f.invoke(body); return answer },
			"events": func(f *function, body string) string {
				return f.request(http.MethodPost, "/events", body).Body.String()
			},
		} {
			f := newFunction(t, &ocitest.Server{}, "COMMANDS", c.commands)
			answer := send(f, c.delivery)
			refused := strings.Contains(answer, `"code":"NotAllowed","message":"`+c.refused+": COMMANDS does not list this operation")
			if refused != (c.refused != "") || (len(f.oci.Invitations()) == 1) != (c.refused == "") || refused && len(writes(f.oci)) > 0 {
				t.Errorf("COMMANDS=%s, %s, %s: %s", c.commands, door, c.delivery, answer)
			}
			published := f.oci.Messages()
			if refused && (len(published) != 1 || !strings.Contains(published[0].Body, `"outcome":"failed"`) ||
				!strings.Contains(published[0].Body, `"event":"`) || !strings.Contains(published[0].Body, `"retryable":false`)) {
				t.Errorf("COMMANDS=%s, %s, %s: published %v", c.commands, door, c.delivery, published)
			}
		}
	}
	f := newFunction(t, &ocitest.Server{}, "COMMANDS", "none")
	w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
	if w.Code != http.StatusOK || len(f.oci.Invitations()) != 1 {
		t.Error(w.Code, w.Body)
	}
	if answer, cut := f.invoke(`{"operation": "doctor"}`); cut || !strings.Contains(answer, `"ok":true`) {
		t.Error(cut, answer)
	}
}

// POST /events serves no reads, whatever COMMANDS says, for they have routes of their own. A direct call serves them.
func TestNoReadsByEvents(t *testing.T) {
	t.Parallel()
	const list, get = `{"operation": "list"}`, `{"operation": "get", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
	f := newFunction(t, &ocitest.Server{})
	for delivery, told := range map[string]string{
		list: "list: POST /events does not serve it; send GET /20230401/senderInvitations",
		get:  "get: POST /events does not serve it; send GET /20230401/senderInvitations/{senderInvitationId}",
		`{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.list"}`:                                                   "list: POST /events",
		`{"specversion": "1.0", "id": "f", "source": "/f", "type": "senderinvitation.failed", "data": {"event": "{\"operation\": \"list\"}"}}`: "list: POST /events",
	} {
		w := f.request(http.MethodPost, "/events", delivery)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `{"code":"NotAllowed","message":"`+told) {
			t.Errorf("%s: %d %s", delivery, w.Code, w.Body)
		}
	}
	w := f.request(http.MethodPost, "/events", "["+list+", "+get+"]")
	if w.Code != http.StatusOK || strings.Count(w.Body.String(), "POST /events does not serve it") != 2 {
		t.Error(w.Code, w.Body)
	}
	if calls := f.oci.Calls(); len(calls) != 0 {
		t.Errorf("%d calls, the first %s %s", len(calls), calls[0].Method, calls[0].Path)
	}
	if answer, cut := f.invoke(list); cut || !strings.Contains(answer, `"outcome":"listed"`) {
		t.Error(cut, answer)
	}
	f = newFunction(t, &ocitest.Server{}, "COMMANDS", "create")
	if answer, cut := f.invoke(list); cut || !strings.Contains(answer, "list: COMMANDS does not list this operation") || len(f.oci.Messages()) != 0 {
		t.Error(cut, answer, f.oci.Messages())
	}
}
