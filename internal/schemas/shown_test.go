package schemas_test

import (
	"bytes"
	"encoding/json"
	"errors"
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

// checkReal checks that the function publishes just this event for the event's data.
func checkReal(t *testing.T, shown any) {
	t.Helper()
	text, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	var event struct {
		Source, Type, Subject string
		Time                  time.Time
		SenderInvitationHop   int
		Data                  struct {
			events.Result
			events.Original
		}
	}
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatal(err)
	}
	p := emit.Publication{Result: event.Data.Result, Subject: event.Subject, Time: event.Time, Told: strings.Contains(event.Type, "."+events.Told),
		Original: []byte(event.Data.Event), Listed: event.Data.EventListed, ContentType: event.Data.EventContentType, Replays: event.Data.Replays}
	if p.Result.Trigger == nil {
		p.Key = events.Digest(p.Original) // of a record that could not be decoded
	} else {
		p.Result.Trigger.Hop = event.SenderInvitationHop - 1
	}
	emitted, err := emit.Emitter{Prefix: "senderinvitation", Source: event.Source, Now: time.Now}.Emit(p, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	var wanted, got map[string]any
	if err := errors.Join(json.Unmarshal(text, &got), json.Unmarshal(emitted, &wanted)); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Compact(sorted(append(keys(got), keys(wanted)...))) {
		if !reflect.DeepEqual(got[name], wanted[name]) {
			t.Errorf("an event %s has %s %v in the document, the function publishes %v", event.Type, name, got[name], wanted[name])
		}
	}
}
