package schemas_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
)

// fullEvents returns events that have all members of the schema between them.
func fullEvents(t *testing.T) (full []map[string]any) {
	t.Helper()
	trigger := &events.Trigger{ID: "1", Source: "/s", Type: "t", Rule: "r", TraceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
	fault := events.NewError(503, "ServiceUnavailable", "try again")
	invitation := json.RawMessage(`{"id": "ocid1.senderinvitation.oc1..a", "status": "PENDING", "member": "of the API"}`)
	const held = `{"senderInvitationId": "i", "recipientTenancyId": "t", "compartmentId": "c", "recipientEmailAddress": "a@b.example", "displayName": "n",
		"subjects": ["LINK"], "features": ["f"], "freeformTags": {"k": "v"}, "definedTags": {"n": {"k": 1}}, "ifMatch": "e", "replaceTags": true,
		"opcRetryToken": "o", "opcRequestId": "q", "retry": "none", "wait": true, "hold": true, "previous": "p"}`
	for _, p := range []emit.Publication{
		{Result: events.Result{Operation: "create", Outcome: events.Created, Invitation: invitation, Previous: "ocid1.senderinvitation.oc1..b",
			WorkRequestID: "w", WorkRequest: &events.WorkRequest{Status: "IN_PROGRESS", Error: fault}, OpcRequestID: "q", Trigger: trigger}},
		{Told: true, Result: events.Result{Operation: "poll", Outcome: events.Expiring, Invitation: invitation, Expires: "2026-12-01T08:00:00.000Z"}},
		{Original: []byte("\xff"), Listed: true, ContentType: "application/cloudevents+json", Replays: 1, Result: events.Result{
			Operation: "cancel", Outcome: events.Held, Command: json.RawMessage(held)}},
		{Original: []byte("x"), Records: 2, Place: 1, CallID: "call", Brief: true, Result: events.Result{Outcome: events.Failed, Error: fault}},
		{Original: []byte("x"), Result: events.Result{Outcome: events.Failed, Error: fault}},
	} {
		emitter := emit.Emitter{Prefix: "senderinvitation", Source: "/sender-invitations", Now: time.Now}
		encoded, err := emitter.Emit(p, 64<<10)
		if err != nil {
			t.Fatal(err)
		}
		var event map[string]any
		if err := json.Unmarshal(encoded, &event); err != nil {
			t.Fatal(err)
		}
		full = append(full, event)
	}
	return full
}

// TestEventMembers checks that the schema takes every member that an event can have, and refuses it if it is misspelt.
func TestEventMembers(t *testing.T) {
	set := read(t)
	had := map[string]bool{}
	for _, event := range fullEvents(t) {
		check := func() error {
			encoded, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			return set.Message(string(encoded))
		}
		if err := check(); err != nil {
			t.Error(err)
		}
		for _, path := range paths(event, "") {
			had[path] = true
			owner := path[:strings.LastIndexByte(path, '.')]
			if owner == ".data.invitation" || strings.Contains(owner, "Tags") {
				continue // of the API, or of the user
			}
			var value any
			edit(event, path, func(object map[string]any, name string) {
				value = object[name]
				delete(object, name)
				object[name+"s"] = value
			})
			if check() == nil {
				t.Errorf("the schema takes %ss", path)
			}
			edit(event, path, func(object map[string]any, name string) {
				object[name] = value
				delete(object, name+"s")
			})
		}
	}
	event, result := parsed(t, "deploy/result-event.schema.json"), parsed(t, "deploy/result.schema.json")
	for place, schema := range map[string]object{"": event, ".data": result, ".data.error": result.Definitions["error"],
		".data.trigger": result.Definitions["trigger"], ".data.workRequest": result.Definitions["workRequest"], ".data.command": result.Definitions["command"]} {
		for name := range schema.Properties {
			if path := place + "." + name; !had[path] && path != ".subject" {
				t.Errorf("the schema has %s, which no event has", path)
			}
		}
	}
}

// TestEventMistakes checks what the schema refuses beside unknown members.
func TestEventMistakes(t *testing.T) {
	set := read(t)
	for name, change := range map[string]func(event, data map[string]any){
		"another type":              func(event, _ map[string]any) { event["type"] = "senderinvitation.updated" },
		"a type without an outcome": func(event, _ map[string]any) { event["type"] = "senderinvitation" },
		"an outcome of answers": func(event, data map[string]any) {
			event["type"], data["outcome"] = "senderinvitation.ignored", "ignored"
		},
		"another schema":                  func(event, _ map[string]any) { event["dataschema"] = "urn:uuid:00000000-0000-4000-8000-000000000000" },
		"a time that is none":             func(event, _ map[string]any) { event["time"] = "today" },
		"no hop":                          func(event, _ map[string]any) { delete(event, "senderinvitationhop") },
		"a failure without an error":      func(event, data map[string]any) { event["type"], data["outcome"] = "senderinvitation.failed", "failed" },
		"a held result without a command": func(event, data map[string]any) { event["type"], data["outcome"] = "senderinvitation.held", "held" },
		"an original of a success":        func(_, data map[string]any) { data["event"] = "{}" },
		"an error of a success":           func(_, data map[string]any) { data["error"] = data["workRequest"].(map[string]any)["error"] },
		"an invitation without an id":     func(_, data map[string]any) { delete(data["invitation"].(map[string]any), "id") },
		"accepted by a create": func(event, data map[string]any) {
			event["type"], data["outcome"] = "senderinvitation.invitation.accepted", "accepted"
		},
	} {
		event := fullEvents(t)[0]
		change(event, event["data"].(map[string]any))
		encoded, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		if set.Message(string(encoded)) == nil {
			t.Errorf("the schema takes %s: %s", name, encoded)
		}
	}
	one, err := json.Marshal(fullEvents(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Message(fmt.Sprintf("[%s,%s]", one, one)); err != nil {
		t.Error(err)
	}
	for _, batch := range []string{"[]", fmt.Sprintf("[%s, {}]", one), fmt.Sprintf(`{"events": [%s]}`, one)} {
		if set.Message(batch) == nil {
			t.Errorf("the schema takes the batch %s", batch)
		}
	}
}
