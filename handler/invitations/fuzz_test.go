package invitations

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
)

const aSender = "ocid1.tenancy.oc1..sender"

// seedBodies returns the deliveries of the corpus.
func seedBodies(f *testing.F) (bodies [][]byte) {
	f.Helper()
	files, err := filepath.Glob("../../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// FuzzCommand asserts that no command causes a panic, that the error of a refused one is a 400 or 404, that an accepted one is accepted
// again after encoding, and that its request can be sent.
func FuzzCommand(f *testing.F) {
	f.Add("create", []byte(`{"recipientTenancyId": "ocid1.tenancy.oc1..r", "recipientEmailAddress": "a.b+c@acme.example", "displayName": "é", "subjects": ["LINK"],
		"features": ["x"], "freeformTags": {"a": null, "b": "c"}, "definedTags": {"a": {"b": 1, "c": {"d": []}}}, "opcRetryToken": "t", "opcRequestId": "r"}`))
	f.Add("update", []byte(`{"senderInvitationId": "ocid1.x.oc1..a", "displayName": "x", "ifMatch": "e", "replaceTags": true, "retry": "none"}`))
	f.Add("list", []byte(`{"recipientTenancyId": "ocid1.tenancy.oc1..r", "lifecycleState": "ACTIVE", "page": "p&q=%", "limit": 1000, "sortBy": "timeCreated"}`))
	f.Add("cancel", []byte(`{"recipientTenancyId": null}`))
	for _, body := range seedBodies(f) {
		for _, record := range events.Decode(events.Delivery{Body: body, CallID: "c", Prefix: "senderinvitation"}) {
			if record.Err == nil {
				_, operation, _ := strings.Cut(record.Event.Type(), ".")
				f.Add(operation, record.Event.Data())
			}
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		op := command.Named(name)
		if op == nil || !op.IsCall() {
			return
		}
		c, err := command.Parse(op, data)
		if err == nil {
			err = c.Check()
		}
		if err == nil {
			err = c.CheckSender(aSender)
		}
		if err != nil {
			if status := events.AsError(err).Status; status != 400 && status != 404 {
				t.Fatal(err)
			}
			return
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := command.Parse(op, written)
		if err != nil {
			t.Fatalf("%s\nis not accepted again: %v", written, err)
		}
		if twice, err := json.Marshal(again); err != nil || !bytes.Equal(twice, written) {
			t.Fatalf("%s\nbecomes\n%s\n%v", written, twice, err)
		}
		checkSendable(t, c)
	})
}

// checkSendable checks that the request goes to the path of its operation, and that each part of it is escaped.
func checkSendable(t *testing.T, c command.Command) {
	t.Helper()
	request := requestOf(c)
	address, err := url.ParseRequestURI(request.Path + "?" + queryOf(c, aSender))
	if err != nil {
		t.Fatal(err)
	}
	pattern, segments := strings.Split(command.BasePath+c.Operation.Path, "/"), strings.Split(address.EscapedPath(), "/")
	for index, part := range pattern {
		if len(segments) != len(pattern) || !strings.HasPrefix(part, "{") && segments[index] != part {
			t.Fatalf("%s goes to %s", c.Operation.Name, address)
		}
	}
	if query, err := url.ParseQuery(address.RawQuery); err != nil || query.Get("page") != c.Page || query.Get("compartmentId") != aSender {
		t.Fatalf("%s: %v", address, err)
	}
	for name, values := range request.Header {
		if len(values) != 1 || !command.IsHeaderValue(values[0]) {
			t.Fatalf("%s: %q", name, values)
		}
	}
	if _, err := digestOf(c); err != nil {
		t.Fatal(err)
	}
}

// FuzzAnswer asserts that no answer of OCI causes a panic, and that its result can be published.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"id": "ocid1.senderinvitation.oc1..a", "status": "PENDING", "displayName": null, "freeformTags": {"a": "b"}, "definedTags": {"n": {"a": {"b": 1}}}}`,
		`{"items": [{"id": "a"}, {}, 5, null]}`, `{"items": {}}`, `{"id": 5}`, `{"items": null}`,
	} {
		f.Add([]byte(body), "opc")
	}
	for _, body := range seedBodies(f) {
		f.Add(body, "")
	}
	emitter := emit.Emitter{Prefix: "p", Source: "/s", Now: time.Now}
	f.Fuzz(func(t *testing.T, body []byte, requestID string) {
		if !json.Valid(body) || !oci.IsObject(body) {
			return // package oci returns no such answer
		}
		got := oci.Answer{Status: 200, Header: http.Header{"Opc-Request-Id": {requestID}}, Body: body}
		if one, err := parseReading(body, "etag", requestID); err == nil && (one.ID == "" || one.unknown() != "") {
			t.Fatalf("%+v %v", one, err)
		}
		items, fault := answers.Items(got.Body)
		if (fault == "") != (items != nil) {
			t.Fatalf("%q and a list of %d", fault, len(items))
		}
		for _, op := range command.Operations {
			NewRequest(op, map[string]string{"senderInvitationId": "a"}).asked().Doubt(got) // it must not panic
		}
		for _, item := range items {
			_, _ = parseReading(item, "", requestID) // it must not panic
		}
		for _, result := range []events.Result{ResultOf(command.Get, got), {Outcome: events.Listed, Invitations: items}} {
			encoded, err := emitter.Emit(emit.Publication{Result: result, Key: "k"}, 64<<10)
			if err != nil || !json.Valid(encoded) {
				t.Fatalf("%s %v", encoded, err)
			}
		}
	})
}
