package handler_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// takesAll are rules that take every event.
const takesAll = `[{name: all, match: {type: "*"}, operation: create, set: {recipientTenancyId: ocid1.tenancy.oc1..acme}}]`

// A confirmation runs no rule and publishes nothing at either door. The log tells what waits, but neither the token in the URL nor what
// a stranger likes to write.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	const long = "https://user:secret@cell1.notification.us-ashburn-1.oci.oraclecloud.com:443/confirm/secret?token=secret#secret"
	for name, c := range map[string]struct {
		header map[string]string
		logged []string
	}{
		"whole": {map[string]string{"X-OCI-NS-MessageId": "m1", "X-OCI-NS-MessageType": "SubscriptionConfirmation",
			"X-OCI-NS-TopicOcid": "ocid1.onstopic.oc1.iad.signups", "X-OCI-NS-TopicName": "signups_1", "X-OCI-NS-ConfirmationURL": long},
			[]string{`"topic":"ocid1.onstopic.oc1.iad.signups"`, `"confirmationHost":"cell1.notification.us-ashburn-1.oci.oraclecloud.com"`}},
		"without message id": {map[string]string{"X-OCI-NS-MessageType": " subscriptionCONFIRMATION "}, nil},
		"unsubscribe":        {map[string]string{"X-OCI-NS-MessageId": "m1", "X-OCI-NS-MessageType": "UnsubscribeConfirmation"}, nil},
		"URL alone":          {map[string]string{"X-OCI-NS-ConfirmationURL": long}, []string{`"confirmationHost":"cell1`}},
		"URL that is none":   {map[string]string{"X-OCI-NS-ConfirmationURL": "https://[secret"}, nil},
		"a stranger's words": {map[string]string{"X-OCI-NS-MessageType": "SubscriptionConfirmation", "X-OCI-NS-TopicOcid": "secret words",
			"X-OCI-NS-TopicName": "secret@acme.example", "X-OCI-NS-ConfirmationURL": "https://secret%20words/"},
			nil},
		"a token as topic": {map[string]string{"X-OCI-NS-MessageType": "SubscriptionConfirmation", "X-OCI-NS-TopicOcid": "eyJhbGciOi.secret.x"}, nil},
		"a long host":      {map[string]string{"X-OCI-NS-ConfirmationURL": "https://" + strings.Repeat("secret", 50)}, []string{`"confirmationHost":"sha256:`}},
	} {
		for _, body := range []string{"", `{"ConfirmationURL": "` + long + `"}`, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..acme"}`} {
			for _, door := range []string{"direct", "gateway"} {
				oci := &ocitest.Server{}
				f := newFunction(t, oci, "RULES", takesAll)
				request := httptest.NewRequest(http.MethodPost, "/events", strings.NewReader(body))
				for name, value := range c.header {
					request.Header.Set(name, value)
				}
				w := httptest.NewRecorder()
				if door == "direct" {
					f.Direct(w, request)
				} else {
					f.HTTP(w, request)
				}
				log := f.log.String()
				if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"results":[{"outcome":"ignored","dryRun":false}]}` || len(oci.Calls()) > 0 {
					t.Errorf("%s, %s: %d %s, %d calls", name, door, w.Code, w.Body, len(oci.Calls()))
				}
				for _, part := range append([]string{`"level":"WARN","msg":"a subscription waits to be confirmed"`, `"reason":"it asks to confirm a subscription"`, `"ignored":1`}, c.logged...) {
					if !strings.Contains(log, part) {
						t.Errorf("%s, %s: no %s in %s", name, door, part, log)
					}
				}
				if strings.Contains(log, "secret") {
					t.Errorf("%s, %s: %s", name, door, log)
				}
			}
		}
	}
}

// A message that only speaks of a confirmation is an event.
func TestNoConfirmation(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"", "Notification", "Confirmation of an order"} {
		oci := &ocitest.Server{}
		f := newFunction(t, oci, "RULES", takesAll)
		request := httptest.NewRequest(http.MethodPost, "/events", strings.NewReader("SubscriptionConfirmation"))
		request.Header.Set("X-OCI-NS-MessageId", "m1")
		request.Header.Set("X-OCI-NS-MessageType", kind)
		w := httptest.NewRecorder()
		if f.HTTP(w, request); !strings.Contains(w.Body.String(), `"outcome":"created"`) {
			t.Errorf("%q: %s", kind, w.Body)
		}
	}
}

// The log line of a record that is ignored says why.
func TestIgnoredReason(t *testing.T) {
	t.Parallel()
	for body, reason := range map[string]string{
		`{"specversion": "1.0", "id": "1", "source": "/s", "type": "com.example.other"}`:                                "no rule matches",
		`{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.created"}`:                         "it is a result of this function",
		`{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.list", "senderinvitationhop": 12}`: "senderinvitationhop is 12: it has come through functions that feed each other",
	} {
		f := newFunction(t, &ocitest.Server{})
		if answer, cut := f.invoke(body); cut || !strings.Contains(answer, `"outcome":"ignored"`) || !strings.Contains(f.log.String(), `"reason":"`+reason+`"`) {
			t.Errorf("%s: %s\n%s", body, answer, f.log.String())
		}
	}
}
