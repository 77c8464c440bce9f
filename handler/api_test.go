package handler_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// Two requests have two result events with different ids, even if both requests are the same and have no opc-request-id, or the same one:
// a subscriber that drops repeats must not drop the second.
func TestRequestsHaveDifferentResultIDs(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	for _, requestID := range []string{"", "", "same", "same"} {
		if w := f.createOnce("", requestID); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if ids := f.publishedIDs(t); len(ids) != 4 {
		t.Errorf("%d ids", len(ids))
	}
}

// The tries of one request have the same retry token and, from some clients, an opc-request-id each. Their result events have one id.
func TestTriesHaveOneResultID(t *testing.T) {
	for name, c := range map[string]struct {
		tries [][2]string // opc-retry-token and opc-request-id
		ids   int
	}{
		"one request":             {[][2]string{{"a", "1"}, {"a", "2"}, {"a", ""}}, 1},
		"two requests":            {[][2]string{{"a", "1"}, {"b", "1"}}, 2},
		"no token, one id":        {[][2]string{{"", "1"}, {"", "1"}}, 1},
		"no token, different ids": {[][2]string{{"", "1"}, {"", "2"}}, 2},
		"tokens of two lines":     {[][2]string{{"a\nb", "1"}, {"a\nc", "1"}}, 2}, // for OCI they are one value
	} {
		t.Run(name, func(t *testing.T) {
			f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
				if isRequest(r, http.MethodPost, "/senderInvitations") {
					return ocitest.Fault{Status: 400, Code: "InvalidParameter", Message: "no"}
				}
				return ocitest.Fault{}
			}})
			for _, try := range c.tries {
				if w := f.createOnce(try[0], try[1]); w.Code != 400 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			if ids := f.publishedIDs(t); len(f.oci.Messages()) != len(c.tries) || len(ids) != c.ids {
				t.Errorf("%d messages, ids %v, want %d", len(f.oci.Messages()), ids, c.ids)
			}
		})
	}
}

// createOnce sends one request to create an invitation over HTTP.
func (f *function) createOnce(token, requestID string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/20230401/senderInvitations", strings.NewReader(
		`{"compartmentId": "`+ocitest.DefaultTenancy+`", "recipientTenancyId": "ocid1.tenancy.oc1..acme"}`))
	for name, value := range map[string]string{"opc-retry-token": token, "opc-request-id": requestID} {
		if value != "" {
			r.Header[http.CanonicalHeaderKey(name)] = strings.Split(value, "\n")
		}
	}
	w := httptest.NewRecorder()
	f.HTTP(w, r)
	return w
}

// publishedIDs returns the different ids of the published events.
func (f *function) publishedIDs(t *testing.T) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, message := range f.oci.Messages() {
		var event struct{ ID string }
		if err := json.Unmarshal([]byte(message.Body), &event); err != nil {
			t.Fatal(err)
		}
		ids[event.ID] = true
	}
	return ids
}

// The service documents that an empty page may not be the last one.
func TestSelectionReadsEveryPage(t *testing.T) {
	f := newFunction(t, &ocitest.Server{PageSize: 1, EmptyPages: true})
	const recipient = `"recipientTenancyId": "ocid1.tenancy.oc1..acme"`
	for _, name := range []string{"one", "two", "three"} {
		f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+ocitest.DefaultTenancy+`", `+recipient+`, "displayName": "`+name+`"}`)
	}
	var answered struct {
		Results []struct {
			Error struct{ Code, Message string }
		}
	}
	answer, _ := f.invoke(`{"operation": "cancel", ` + recipient + `}`)
	if err := json.Unmarshal([]byte(answer), &answered); err != nil {
		t.Fatal(err)
	}
	want := "cancel: the recipient tenancy has 3 PENDING invitations; name one by senderInvitationId: " +
		"ocid1.senderinvitation.oc1..aaaaaaaa00000003, ocid1.senderinvitation.oc1..aaaaaaaa00000002, ocid1.senderinvitation.oc1..aaaaaaaa00000001"
	if got := answered.Results[0].Error; got.Code != "Conflict" || got.Message != want {
		t.Errorf("%+v", got)
	}
}

// A body of an API request has at most 256 KB and 10,000 values, that of /events 6 MB. One more is a 413, and OCI is not called. The body
// need not be JSON to be refused: it is not parsed.
func TestTooLargeBody(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	const start, end = `{"displayName": "`, `"}`
	const invitation = "/20230401/senderInvitations/ocid1.senderinvitation.oc1..a"
	ofSize := func(size int) string { return start + strings.Repeat("x", size-len(start+end)) + end }
	ofValues := func(values int) string { return `{"features": [` + strings.Repeat("1,", values-3) + `1]}` }
	const told = `{"code":"PayloadTooLarge","message":"the body of an API request has at most 262144 bytes and 10000 values"}`
	for _, c := range []struct{ method, path, body, told string }{
		{http.MethodPost, "/20230401/senderInvitations", ofSize(256<<10) + "x", told},
		{http.MethodPut, invitation, ofSize(256<<10) + "x", told},
		{http.MethodPut, invitation, strings.Repeat("[", 256<<10) + "[", told},
		{http.MethodPost, "/20230401/senderInvitations", ofValues(10_001), told},
		{http.MethodPost, "/events", ofSize(events.MaxBody) + " ", `{"code":"PayloadTooLarge","message":"the body is larger than 6291456 bytes"}`},
	} {
		if w := f.request(c.method, c.path, c.body); w.Code != 413 || w.Body.String() != c.told {
			t.Errorf("%s %s: %d %.200s", c.method, c.path, w.Code, w.Body)
		}
	}
	if calls := oci.Calls(); len(calls) != 0 {
		t.Errorf("%d calls", len(calls))
	}
	for _, body := range []string{ofSize(256 << 10), ofValues(10_000)} {
		f.request(http.MethodPut, invitation, body)
		calls := oci.Calls()
		if len(calls) == 0 || calls[len(calls)-1].Method != http.MethodPut && calls[len(calls)-2].Method != http.MethodPut {
			t.Errorf("%d calls", len(calls))
		}
	}
}

// A compartmentId that is not the sender tenancy is refused however its name is spelt, in the body and in the query, also beside one that is.
func TestCompartmentSpellings(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	const other, path = "ocid1.tenancy.oc1..other", "/20230401/senderInvitations"
	for _, c := range []struct {
		method, target, body, code string
	}{
		{http.MethodPost, path, `{"compartmentId": "` + sender + `", "CompartmentId": "` + other + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, "NotAuthorizedOrNotFound"},
		{http.MethodPost, path, `{"COMPARTMENTID": "` + other + `", "compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, "NotAuthorizedOrNotFound"},
		{http.MethodPost, path, `{"compartmentId": "` + sender + `", "\u0043ompartmentId": "` + other + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, "NotAuthorizedOrNotFound"},
		{http.MethodPost, path, `{"compartmentId": "` + sender + `", "compartmentID": 1, "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, "InvalidParameter"},
		{http.MethodPost, path, `{"CompartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, "MissingParameter"},
		{http.MethodPost, path + "?CompartmentId=" + other, `{"compartmentId": "` + sender + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, "NotAuthorizedOrNotFound"},
		{http.MethodPut, path + "/ocid1.senderinvitation.oc1..a", `{"CompartmentId": "` + other + `"}`, "NotAuthorizedOrNotFound"},
		{http.MethodGet, path + "?compartmentId=" + sender + "&CompartmentId=" + other, "", "NotAuthorizedOrNotFound"},
		{http.MethodGet, path + "?compartmentId=" + sender + "&%63ompartmentid=" + other, "", "NotAuthorizedOrNotFound"},
		{http.MethodGet, path + "?compartmentId=" + sender + "&compartmentId=" + other, "", "NotAuthorizedOrNotFound"},
		{http.MethodGet, path + "?CompartmentId=" + sender, "", "MissingParameter"},
	} {
		if w := f.request(c.method, c.target, c.body); !strings.Contains(w.Body.String(), `"code":"`+c.code+`"`) {
			t.Errorf("%s %s %s: %d %s", c.method, c.target, c.body, w.Code, w.Body)
		}
	}
	if calls := oci.Calls(); len(calls) != 0 {
		t.Errorf("%d calls, the first %s %s", len(calls), calls[0].Method, calls[0].Path)
	}
}

// GET /health tells whether the credentials can be read, and makes no call.
func TestHealth(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	file := filepath.Join(f.folder, "rpst")
	token, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w := f.request(http.MethodGet, "/health", ""); w.Code != 503 || !strings.Contains(w.Body.String(), `"code":"ServiceUnavailable"`) {
		t.Errorf("broken credentials: %d %s", w.Code, w.Body)
	}
	if err := os.WriteFile(file, token, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/health", "/20230401/health"} {
		if w := f.request(http.MethodGet, path, ""); w.Code != 200 || w.Body.String() != `{"status":"ok","version":"test"}` {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w := f.request(http.MethodHead, path, ""); w.Code != 200 || w.Body.Len() != 0 {
			t.Errorf("HEAD %s: %d %s", path, w.Code, w.Body)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if w := f.request(http.MethodGet, "/health", ""); w.Code != 503 {
		t.Errorf("credentials removed: %d %s", w.Code, w.Body)
	}
	if len(f.oci.Calls()) != 0 {
		t.Errorf("%d calls", len(f.oci.Calls()))
	}
}

// An unexpected answer of a service or a proxy neither blocks the invocation nor fills its memory.
func TestUnusableAnswers(t *testing.T) {
	huge := `{"code": "LimitExceeded", "message": "` + strings.Repeat("x", 2*events.MaxBody) + `"}`
	for answer, want := range map[string]int{
		"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n": 502,
		"HTTP/1.1 204 No Content\r\nOpc-Request-Id: a\r\n\r\n":                              204,
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}":                                    502,
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nOpc-Request-Id: a\r\n\r\n{}":               200,
		fmt.Sprintf("HTTP/1.1 400 Bad\r\nContent-Length: %d\r\n\r\n%s", len(huge), huge):    400,
		"HTTP/1.1 600 What\r\nContent-Length: 0\r\n\r\n":                                    502,
		"no HTTP\r\n\r\n": 502,
	} {
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(connection, answer)
			if !strings.Contains(answer, "101") { // its body never ends
				connection.Close()
			}
		}))
		f := newFunction(t, &ocitest.Server{}, "ORGANIZATIONS_ENDPOINT", upstream.URL, "MAX_ATTEMPTS", "1")
		w := f.request(http.MethodPost, "/20230401/senderInvitations/ocid1.x.oc1..a/actions/cancel", "")
		if w.Code != want || want == 200 && w.Header().Get("content-type") != "application/json" || w.Body.Len() > 1000 {
			t.Errorf("%.40q: %d %.300s", answer, w.Code, w.Body)
		}
		if token := w.Header().Get("opc-retry-token"); (token != "") != (want >= 400) {
			t.Errorf("%.40q: the retry token is %q", answer, token)
		}
		upstream.CloseClientConnections()
		upstream.Close()
	}
}

// One attempt is made even if the deadline has passed, for the platform rounds it down.
func TestDeadlinePassed(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci)
	if answer, cut := f.invokeWithin(-time.Second, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`); cut || !strings.Contains(answer, `"created"`) {
		t.Errorf("cut %v, %s", cut, answer)
	}
	if len(oci.Messages()) != 1 {
		t.Errorf("%d messages", len(oci.Messages()))
	}
}
