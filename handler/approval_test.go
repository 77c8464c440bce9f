package handler_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler"
	"sender-invitations/internal/ocitest"
)

// published returns the last event of the outcome that was published by itself.
func (f *function) published(t *testing.T, outcome string) (event string) {
	t.Helper()
	for _, message := range f.oci.Messages() {
		if strings.HasPrefix(message.Body, "{") && strings.Contains(message.Body, `"type":"senderinvitation.`+outcome+`"`) {
			event = message.Body
		}
	}
	if event == "" {
		t.Fatalf("no event is %s", outcome)
	}
	return event
}

// retryTokens returns the retry tokens of the creates that have reached OCI.
func (f *function) retryTokens() (tokens []string) {
	for _, call := range f.oci.Calls() {
		if call.Method == http.MethodPost && strings.HasSuffix(call.Path, "/senderInvitations") {
			tokens = append(tokens, call.Header.Get("opc-retry-token"))
		}
	}
	return tokens
}

// A held event among records that are too many for a list is no approval, nor is the replay of its failure.
func TestSurplusHeldEventIsNotApproved(t *testing.T) {
	f := newFunction(t, &ocitest.Server{}, "MODE", "hold", "LOG_LEVEL", "error")
	f.invoke(signupFor("a"))
	held := f.published(t, "held")
	f.invoke("[" + strings.Repeat(`{"specversion": "1.0", "id": "1", "source": "/s", "type": "other"},`, events.MaxRecords) + held + "]")
	answer, cut := f.invoke(f.published(t, "failed"))
	if made := f.oci.Invitations(); cut || len(made) > 0 {
		t.Errorf("cut %v: %s; made %v", cut, answer, made)
	}
}

// The replay of an approval that has failed approves, unless a connector brings the failure: whoever may send to its stream could write one.
func TestReplayOfApproval(t *testing.T) {
	fail := false
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if fail && isRequest(r, http.MethodPost, "/senderInvitations") {
			return ocitest.Fault{Status: http.StatusServiceUnavailable}
		}
		return ocitest.Fault{}
	}}, "MODE", "hold", "MAX_ATTEMPTS", "1")
	f.invoke(signupFor("a"))
	fail = true
	if answer, cut := f.invoke(f.published(t, "held")); !cut {
		t.Fatal(answer)
	}
	fail = false
	failure := f.published(t, "failed")
	if answer, cut := f.invoke("[" + failure + "]"); cut || !strings.Contains(answer, `"outcome":"ignored"`) || len(f.oci.Invitations()) > 0 {
		t.Errorf("cut %v: %s", cut, answer)
	}
	answer, cut := f.invoke(failure)
	if cut || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

// What was held in a dry run is approved in a dry run only. The log tells which held event is approved.
func TestApprovalOfDryRun(t *testing.T) {
	rehearsed := newFunction(t, &ocitest.Server{}, "MODE", "dry-run", "DEAD_LETTER_TOPIC_OCID", "none")
	rehearsed.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "hold": true}`)
	held := rehearsed.published(t, "held")
	if answer, cut := rehearsed.invoke(held); cut || !strings.Contains(answer, `"outcome":"created","dryRun":true`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
	f := newFunction(t, &ocitest.Server{})
	answer, cut := f.invoke(held)
	if cut || !strings.Contains(answer, "the event was held in a dry run") || len(f.oci.Invitations()) > 0 {
		t.Errorf("cut %v: %s", cut, answer)
	}
	var event struct{ ID string }
	if err := json.Unmarshal([]byte(held), &event); err != nil || !strings.Contains(f.log.String(), `"approves":"`+event.ID+`"`) {
		t.Error(err, f.log.String())
	}
}

// An approval is of the operation that was held: the fields of a cancel can be those of a create.
func TestApprovalOfOperation(t *testing.T) {
	rule := "- {name: a, match: {type: t}, hold: true, with: {recipientTenancyId: data.r}, operation: "
	holding := newFunction(t, &ocitest.Server{}, "RULES", rule+"create}")
	holding.invoke(`{"specversion": "1.0", "id": "1", "source": "s", "type": "t", "data": {"r": "ocid1.tenancy.oc1..a"}}`)
	held := holding.published(t, "held")
	f := newFunction(t, &ocitest.Server{}, "RULES", rule+"cancel}")
	f.oci.Invite("ocid1.tenancy.oc1..a")
	if answer, cut := f.invoke(held); cut || !strings.Contains(answer, `"code":"Conflict"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

// An approval is good whoever has written the event anew: escapes and spaces may differ.
func TestApprovalWrittenAnew(t *testing.T) {
	f := newFunction(t, &ocitest.Server{}, "MODE", "hold")
	f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "displayName": "<é&\u2028",
		"definedTags": {"ns": {"text": "<a&b>\u00e9é/\/", "number": 1.0, "big": 12345678901234567890, "exp": 1e3, "yes": true, "none": null}}, "freeformTags": {"ü": "\u00fc"}}`)
	var event map[string]any
	decoder := json.NewDecoder(strings.NewReader(f.published(t, "held")))
	decoder.UseNumber()
	if err := decoder.Decode(&event); err != nil {
		t.Fatal(err)
	}
	anew, err := json.MarshalIndent(event, " ", "\t")
	if err != nil {
		t.Fatal(err)
	}
	answer, cut := f.invoke(string(anew))
	if cut || !strings.Contains(answer, `"outcome":"created"`) {
		t.Errorf("cut %v: %s", cut, answer)
	}
}

const holdRules = `
- {name: message, match: {type: com.oraclecloud.notifications.message}, operation: create, with: {recipientTenancyId: data.tenancyId || data}}
- {name: scheduler, match: {type: com.oraclecloud.resourcescheduler.invocation}, operation: create, set: {recipientTenancyId: ocid1.tenancy.oc1..a}}
- {name: any, match: {type: "*"}, operation: create, with: {recipientTenancyId: data.tenancyId, displayName: "join('/', [id, source, type])"}}
`

// An approval carries out the original with the original's key, in whatever form it came. So does the replay of an approval that has failed.
func TestApprovalOfEveryForm(t *testing.T) {
	const event = `{"specversion": "1.0", "id": "1", "source": "/s", "type": "signup", "data": {"tenancyId": "ocid1.tenancy.oc1..a"}}`
	type delivery struct {
		gateway bool
		header  string
		body    string
	}
	for name, d := range map[string]delivery{
		"CloudEvents":           {body: event},
		"list of one":           {body: "[" + event + "]"},
		"0.3":                   {body: strings.Replace(event, "1.0", "0.3", 1)},
		"base64 data":           {body: `{"specversion": "1.0", "id": "1", "source": "/s", "type": "signup", "datacontenttype": "application/json", "data_base64": "eyJ0ZW5hbmN5SWQiOiAib2NpZDEudGVuYW5jeS5vYzEuLmEifQ=="}`},
		"bare command":          {body: `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`},
		"bare command, token":   {body: `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a", "opcRetryToken": "t"}`},
		"named event":           {body: strings.Replace(signupFor("a"), "senderinvitation.create", "SenderInvitation.CREATE", 1)},
		"OCI event":             {body: `{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "signup", "source": "s", "eventTime": "2026-01-01T00:00:00Z", "data": {"tenancyId": "ocid1.tenancy.oc1..a", "resourceId": "r"}}`},
		"stream":                {body: `[{"stream": "s", "partition": "0", "key": null, "value": "eyJvcGVyYXRpb24iOiAiY3JlYXRlIiwgInJlY2lwaWVudFRlbmFuY3lJZCI6ICJvY2lkMS50ZW5hbmN5Lm9jMS4uYSJ9", "offset": 7, "timestamp": 1}]`},
		"queue":                 {body: `[{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}]`},
		"queue text":            {body: `["{\"operation\": \"create\", \"recipientTenancyId\": \"ocid1.tenancy.oc1..a\"}"]`},
		"Notifications command": {header: "X-OCI-NS-MessageId: m\nX-OCI-NS-TopicOcid: ocid1.onstopic.oc1.iad.t", body: `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`},
		"Notifications message": {header: "X-OCI-NS-MessageId: m\nX-OCI-NS-TopicOcid: ocid1.onstopic.oc1.iad.t", body: `{"tenancyId": "ocid1.tenancy.oc1..a"}`},
		"Notifications text":    {header: "X-OCI-NS-MessageId: m\nX-OCI-NS-TopicOcid: ocid1.onstopic.oc1.iad.t", body: `ocid1.tenancy.oc1..a`},
		"empty":                 {body: ``},
		"binary":                {gateway: true, header: "ce-specversion: 1.0\nce-id: 1\nce-source: /s\nce-type: signup\ncontent-type: application/json", body: `{"tenancyId": "ocid1.tenancy.oc1..a"}`},
		"binary command":        {gateway: true, header: "ce-specversion: 1.0\nce-id: 1\nce-source: /s\nce-type: senderinvitation.create\ncontent-type: application/json", body: `{"recipientTenancyId": "ocid1.tenancy.oc1..a"}`},
		"batch by the gateway":  {gateway: true, header: "content-type: application/cloudevents-batch+json", body: "[" + event + "]"},
		"event by the gateway":  {gateway: true, header: "content-type: application/cloudevents+json", body: event},
	} {
		deliver := func(f *function) {
			r := httptest.NewRequest(http.MethodPost, "/events", strings.NewReader(d.body))
			for line := range strings.Lines(d.header) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				r.Header.Set(name, value)
			}
			r = r.WithContext(handler.WithCallID(context.Background(), "call-1"))
			if d.gateway {
				f.HTTP(httptest.NewRecorder(), r)
			} else {
				f.Direct(httptest.NewRecorder(), r)
			}
		}
		refuse := false
		plain := newFunction(t, &ocitest.Server{}, "RULES", holdRules)
		holding := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if refuse && isRequest(r, http.MethodPost, "/senderInvitations") {
				return ocitest.Fault{Status: http.StatusServiceUnavailable}
			}
			return ocitest.Fault{}
		}}, "RULES", holdRules, "MODE", "hold", "MAX_ATTEMPTS", "1")
		deliver(plain)
		deliver(holding)
		if made := holding.oci.Invitations(); len(made) > 0 {
			t.Errorf("%s: not held: %v", name, made)
			continue
		}
		held := holding.published(t, "held")
		refuse = true
		if answer, cut := holding.invoke(held); !cut {
			t.Errorf("%s: not refused: %s", name, answer)
			continue
		}
		refuse = false
		for _, then := range [][2]string{{"created", holding.published(t, "failed")}, {"existing", held}} {
			outcome, event := then[0], then[1]
			if answer, cut := holding.invoke(event); cut || !strings.Contains(answer, `"outcome":"`+outcome+`"`) {
				t.Errorf("%s: not %s: cut %v: %s", name, outcome, cut, answer)
			}
		}
		if got, want := holding.retryTokens(), plain.retryTokens(); len(want) != 1 || !slices.Equal(got, append(want, want...)) {
			t.Errorf("%s: keys %s, want %s twice", name, got, want)
		}
	}
}

// A create is not held if its approval would be refused: its caller is told so at once.
func TestNothingIsHeldThatCannotBeApproved(t *testing.T) {
	oci := &ocitest.Server{}
	f := newFunction(t, oci, "MODE", "hold", "COMMANDS", "poll", "RESEND_EXPIRED", "1")
	w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "COMMANDS") || len(oci.Messages()) > 0 {
		t.Errorf("%d %s %v", w.Code, w.Body, oci.Messages())
	}
	oci.Invite("ocid1.tenancy.oc1..a")
	if err := oci.Advance(30 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	answer, cut := f.invoke(poll)
	if failed := f.published(t, "failed"); cut || !strings.Contains(failed, "COMMANDS") || !strings.Contains(answer, `"told":1`) {
		t.Errorf("cut %v: %s: %s", cut, answer, failed)
	}
}

// Over HTTP a body that is held has no members but the API's: those of a command mean nothing to the API.
func TestHeldBodyHasMembersOfTheAPI(t *testing.T) {
	for _, member := range []string{`"hold": false`, `"wait": true`, `"retry": "none"`, `"previous": null`, `"opcRetryToken": "t"`, `"opcRequestId": "r"`, `"operation": "create"`, `"DisplayName": "a"`} {
		f := newFunction(t, &ocitest.Server{}, "MODE", "hold")
		w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a", `+member+`}`)
		name := strings.Split(member, `"`)[1]
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "the member "+name+", which this function cannot hold") || len(f.oci.Messages()) > 0 {
			t.Errorf("%s: %d %s", member, w.Code, w.Body)
		}
	}
}
