package schemas_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/command"
	"sender-invitations/internal/delivery"
)

// object is a JSON Schema of an object.
type object struct {
	ID          string `json:"$id"`
	Required    []string
	Enum        []string
	Const       any
	Properties  map[string]object
	Definitions map[string]object
}

func parsed(t *testing.T, file string) (schema object) {
	t.Helper()
	if err := json.Unmarshal([]byte(content(t, file)), &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// notPublished are the members of results that only answers have.
var notPublished = []string{"invitations", "opcNextPage", "counts", "told", "resent", "more"}

// TestResultMembers compares the schema with the structs that results are made of.
func TestResultMembers(t *testing.T) {
	read(t)
	schema := parsed(t, "deploy/result.schema.json")
	result := append(members(reflect.TypeFor[events.Result]()), members(reflect.TypeFor[events.Original]())...)
	result = slices.DeleteFunc(result, func(name string) bool { return slices.Contains(notPublished, name) })
	held := []string{}
	for _, operation := range []*command.Operation{command.Create, command.Update, command.Cancel} {
		held = append(held, operation.Fields()...)
	}
	for name, c := range map[string]struct {
		schema  object
		members []string
	}{
		"result":      {schema, result},
		"error":       {schema.Definitions["error"], members(reflect.TypeFor[events.Error]())},
		"trigger":     {schema.Definitions["trigger"], members(reflect.TypeFor[events.Trigger]())},
		"workRequest": {schema.Definitions["workRequest"], members(reflect.TypeFor[events.WorkRequest]())},
		"command":     {schema.Definitions["command"], held},
	} {
		if got, want := keys(c.schema.Properties), slices.Compact(sorted(c.members)); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has\n%q, results have\n%q", name, got, want)
		}
	}
	told := []events.Outcome{events.Accepted, events.Expired, events.Expiring}
	outcomes := []string{}
	for _, outcome := range append(slices.Clone(events.Outcomes), told...) {
		if !slices.Contains([]events.Outcome{events.Retrieved, events.Listed, events.Polled, events.Ignored}, outcome) {
			outcomes = append(outcomes, string(outcome))
		}
	}
	if got, want := sorted(schema.Properties["outcome"].Enum), sorted(outcomes); !slices.Equal(got, want) {
		t.Errorf("the schema has the outcomes %q, want %q", got, want)
	}
	if got, want := sorted(schema.Properties["operation"].Enum), sorted(command.Names()); !slices.Equal(got, want) {
		t.Errorf("the schema has the operations %q, want %q", got, want)
	}
}

// members returns the names that the fields of a struct have in JSON.
func members(of reflect.Type) (names []string) {
	for _, field := range reflect.VisibleFields(of) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// TestDataSchema checks that events name the schema of their data.
func TestDataSchema(t *testing.T) {
	read(t)
	if id := parsed(t, "deploy/result.schema.json").ID; id != emit.DataSchema {
		t.Errorf("the schema is %s, events name %s", id, emit.DataSchema)
	}
	if named := parsed(t, "deploy/result-event.schema.json").Properties["dataschema"].Const; named != emit.DataSchema {
		t.Errorf("the schema of events wants %s, events name %s", named, emit.DataSchema)
	}
}

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

// TestEventsInDocuments checks the events and results that documents show.
func TestEventsInDocuments(t *testing.T) {
	set := read(t)
	shown := 0
	for _, document := range documents(t) {
		for _, block := range document.Of("json") {
			var value struct{ SpecVersion, Type, Outcome string }
			if err := json.Unmarshal([]byte(block.Text), &value); err != nil {
				t.Errorf("%s:%d: %v", document.Path, block.Line, err)
				continue
			}
			schema := set.Event
			switch {
			case value.SpecVersion != "" && strings.HasPrefix(value.Type, "senderinvitation."):
				checkReal(t, json.RawMessage(block.Text))
			case value.Outcome != "":
				schema = set.Result
			default:
				continue
			}
			shown++
			if err := schema.JSON([]byte(block.Text)); err != nil {
				t.Errorf("%s:%d: %v", document.Path, block.Line, err)
			}
		}
	}
	if shown < 2 {
		t.Errorf("the documents show %d events and results", shown)
	}
}

// TestEventsInExamples checks the result events that deploy/examples delivers to a function.
func TestEventsInExamples(t *testing.T) {
	set := read(t)
	delivered := 0
	for _, file := range append(files(t, "deploy/examples/*/delivery*", 15), files(t, "deploy/examples/*/request*.http", 2)...) {
		_, body, err := delivery.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.ReplaceAll(body, []byte(`"NOW"`), []byte(`"2026-11-02T09:20:00Z"`))
		list := []json.RawMessage{}
		if json.Unmarshal(body, &list) != nil {
			list = []json.RawMessage{body}
		}
		for _, event := range list {
			var known struct{ Type string }
			outcome := func() string { return known.Type[strings.LastIndexByte(known.Type, '.')+1:] }
			if json.Unmarshal(event, &known) != nil || !strings.HasPrefix(known.Type, "senderinvitation.") || command.Named(outcome()) != nil {
				continue // of somebody else, or a command
			}
			delivered++
			if err := set.Message(string(event)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			checkReal(t, event)
		}
	}
	if delivered < 5 {
		t.Errorf("the examples deliver %d result events", delivered)
	}
}
