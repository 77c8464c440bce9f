package handler_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/ocitest"
)

// rehearsing returns a function in dry-run, and the id of a PENDING invitation for ocid1.tenancy.oc1..aaaaaaaaacme, which another function
// has made.
func rehearsing(t *testing.T, settings ...string) (f *function, id string) {
	t.Helper()
	oci := &ocitest.Server{}
	w := newFunction(t, oci).request(http.MethodPost, "/20230401/senderInvitations",
		`{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme", "displayName": "old", "freeformTags": {"a": "1"}}`)
	if w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	return newFunction(t, oci, append(settings, "MODE", "dry-run")...), oci.Invitations()[0].ID
}

// In dry-run only GET requests reach Organizations, whatever is delivered, through either door.
func TestDryRunWritesNothing(t *testing.T) {
	files, err := filepath.Glob("../testdata/events/*")
	if err != nil || len(files) < 90 {
		t.Fatal(len(files), err)
	}
	f, id := rehearsing(t)
	before := len(writes(f.oci))
	for _, file := range files {
		if strings.HasSuffix(file, ".txtar") {
			continue
		}
		header, body, err := delivery.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, door := range map[string]http.HandlerFunc{"direct": f.Direct, "events": f.HTTP} {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/events", strings.NewReader(string(body)))
			r.Header = header.Clone()
			door(w, r)
			if strings.Count(w.Body.String(), `"dryRun":true`) != strings.Count(w.Body.String(), `"outcome"`) || strings.Contains(w.Body.String(), `"dryRun":false`) {
				t.Errorf("%s, %s: %s", file, name, w.Body)
			}
		}
	}
	const route = "/20230401/senderInvitations"
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPost, route, `{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..new"}`},
		{http.MethodPut, route + "/" + id, `{"displayName": "new"}`},
		{http.MethodPost, route + "/" + id + "/actions/cancel", ""},
	} {
		w := f.request(c.method, c.path, c.body)
		if w.Code != http.StatusOK || w.Header().Get("x-dry-run") != "true" || w.Header().Get("opc-request-id") == "" ||
			w.Header().Get("opc-work-request-id") != "" || w.Header().Get("etag") != "" {
			t.Errorf("%s %s: %d %v %s", c.method, c.path, w.Code, w.Header(), w.Body)
		}
	}
	for operation, want := range map[string]events.Outcome{
		`"create", "recipientTenancyId": "ocid1.tenancy.oc1..new"`:                              events.Created,
		`"create", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme"`:                     events.Existing,
		`"update", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme", "displayName": "n"`: events.Updated,
		`"update", "senderInvitationId": "` + id + `", "displayName": "old"`:                    events.Unchanged,
		`"cancel", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme"`:                     events.Canceled,
		`"cancel", "senderInvitationId": "` + id + `"`:                                          events.Canceled,
		`"get", "senderInvitationId": "` + id + `"`:                                             events.Retrieved,
		`"list"`: events.Listed,
		`"update", "senderInvitationId": "` + id + `", "displayName": "n", "ifMatch": "stale"`: events.Failed,
	} {
		answer, cut := f.invoke(`{"operation": ` + operation + `}`)
		if cut || !strings.Contains(answer, `"outcome":"`+string(want)+`","dryRun":true`) {
			t.Errorf("%s: cut %v: %s", operation, cut, answer)
		}
	}
	if after := writes(f.oci); len(after) != before {
		t.Errorf("writes reached Organizations: %v", after)
	}
	for _, message := range f.oci.Messages()[1:] { // the first is about the invitation that exists
		if strings.Contains(message.Body, `"dryRun":false`) || !strings.Contains(message.Body, `"dryRun":true`) {
			t.Error(message.Body)
		}
	}
}

// The answer to a rehearsed write is like that to the write, without what only the service can know.
func TestDryRunAnswers(t *testing.T) {
	f, id := rehearsing(t)
	const route = "/20230401/senderInvitations"
	etag := f.request(http.MethodGet, route+"/"+id, "").Header().Get("etag")
	for _, c := range []struct {
		method, path, ifMatch, body string
		status                      int
		want                        string
	}{
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..new", "id": "x", "new": 1e400}`, 200,
			`{"compartmentId":"` + sender + `","new":1e400,"recipientTenancyId":"ocid1.tenancy.oc1..new"}`},
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..new", "ID": "x", "status": "ACCEPTED", "LifecycleState": "ACTIVE"}`, 200,
			`{"compartmentId":"` + sender + `","recipientTenancyId":"ocid1.tenancy.oc1..new"}`},
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": null}`, 400, "MissingParameter"},
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": ""}`, 400, "MissingParameter"},
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": 5}`, 400, "InvalidParameter"},
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": "` + sender + `"}`, 400, "is the sender tenancy itself"},
		{http.MethodPost, route, "", `{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc2..new"}`, 400, "is of realm oc2"},
		{http.MethodPost, route, "", `{"compartmentId": "ocid1.tenancy.oc1..other", "recipientTenancyId": "ocid1.tenancy.oc1..new"}`, 404, "NotAuthorizedOrNotFound"},
		{http.MethodPut, route + "/" + id, "", `{"displayName": "new", "freeformTags": {"b": "2"}, "definedTags": null}`, 200, `"displayName":"new","freeformTags":{"b":"2"},"id":"` + id + `"`},
		{http.MethodPut, route + "/" + id, etag, `{}`, 200, `"displayName":"old"`},
		{http.MethodPut, route + "/" + id, "*", `{}`, 200, `"displayName":"old"`},
		{http.MethodPut, route + "/" + id, "stale", `{}`, 412, "NoEtagMatch"},
		{http.MethodPut, route + "/ocid1.senderinvitation.oc1..none", "", `{}`, 404, "NotAuthorizedOrNotFound"},
		{http.MethodPost, route + "/" + id + "/actions/cancel", "stale", "", 412, "NoEtagMatch"},
		{http.MethodPost, route + "/" + id + "/actions/cancel", "", "", 200, ""},
		{http.MethodPost, route + "/ocid1.senderinvitation.oc1..none/actions/cancel", "", "", 404, "NotAuthorizedOrNotFound"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		if c.ifMatch != "" {
			r.Header.Set("if-match", c.ifMatch)
		}
		f.HTTP(w, r)
		if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.want) || (c.want == "") != (body == "") || w.Header().Get("x-dry-run") != "true" {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
		}
	}
	if err := f.oci.Accept(id); err != nil {
		t.Fatal(err)
	}
	if w := f.request(http.MethodPost, route+"/"+id+"/actions/cancel", ""); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "IncorrectState") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	f.oci.Fault = func(r *http.Request) ocitest.Fault {
		if r.Method == http.MethodGet {
			return ocitest.Fault{Status: 429, RetryAfter: 9}
		}
		return ocitest.Fault{}
	}
	r := httptest.NewRequest(http.MethodPut, route+"/"+id, strings.NewReader(`{}`))
	r.Header.Set("opc-client-retries", "true")
	w := httptest.NewRecorder()
	if f.HTTP(w, r); w.Code != http.StatusTooManyRequests || w.Header().Get("retry-after") != "9" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	f.oci.Fault = nil
	if w := f.request(http.MethodGet, route+"/"+id, ""); w.Header().Get("x-dry-run") != "" {
		t.Error("a read has the header x-dry-run")
	}
}

// The result event of a dry-run has another id than that of the same event without dry-run.
func TestDryRunHasItsOwnIDs(t *testing.T) {
	oci := &ocitest.Server{}
	newFunction(t, oci, "MODE", settings.ModeDryRun).invoke(creates("a"))
	newFunction(t, oci).invoke(creates("a"))
	ids := map[string]bool{}
	for _, message := range oci.Messages() {
		var event struct{ ID, Type string }
		if err := json.Unmarshal([]byte(message.Body), &event); err != nil || event.Type != "senderinvitation.created" {
			t.Errorf("%v: %s", err, message.Body)
		}
		ids[event.ID] = true
	}
	if len(ids) != 2 {
		t.Error(ids)
	}
}

// The log has the withheld writes of a dry-run, but no line for a write.
func TestDryRunInTheLog(t *testing.T) {
	f, _ := rehearsing(t)
	f.invoke(creates("b"))
	if log := f.log.String(); !strings.Contains(log, `"msg":"write withheld: MODE=dry-run"`) || strings.Contains(log, "write to Organizations") {
		t.Error(log)
	}
}
