package events_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/strict"
)

const plenty = 64 << 10

var emitter = events.Emitter{
	Prefix: "com.acme.invitation", Source: "ocid1.fnfunc.oc1.iad.f",
	Now: func() time.Time { return time.Date(2026, 11, 2, 9, 15, 30, 0, time.UTC) },
}

// emitted is a published event, with the members of its data that the tests check.
type emitted struct {
	ID, Type, Source, Subject, TriggerID, TriggerSource, TraceParent, SpecVersion string

	Data struct {
		Outcome, Event, EventEncoding, EventSHA256 string

		EventSize, Replays int
	}
}

func emit(t *testing.T, p events.Publication, most int) (emitted, []byte) {
	t.Helper()
	encoded, err := emitter.Emit(p, most)
	if err != nil {
		t.Fatal(err)
	}
	var e emitted
	if err := json.Unmarshal(encoded, &e); err != nil {
		t.Fatal(err)
	}
	return e, encoded
}

func trigger(id string) *events.Trigger {
	return &events.Trigger{ID: id, Source: "/s", Type: "t", TraceParent: "00-a-b-01"}
}

func ExampleEmitter_Emit() {
	encoded, err := emitter.Emit(events.Publication{Result: events.Result{
		Operation: "create", Outcome: events.Created, Invitation: json.RawMessage(`{"id":"ocid1.i","status":"PENDING"}`),
		Trigger: &events.Trigger{ID: "1", Source: "/signups", Type: "com.acme.signup", Rule: "signup"},
	}}, 64<<10)
	fmt.Println(string(encoded), err)
	// Output: {"specversion":"1.0","id":"60ee63029c8ff4a9e13d1c98747ecd2c985de0b37584b064f333b5c77593faa7","source":"ocid1.fnfunc.oc1.iad.f","type":"com.acme.invitation.created","subject":"ocid1.i","datacontenttype":"application/json","time":"2026-11-02T09:15:30Z","data":{"operation":"create","outcome":"created","dryRun":false,"invitation":{"id":"ocid1.i","status":"PENDING"},"trigger":{"id":"1","source":"/signups","type":"com.acme.signup","rule":"signup"}},"senderinvitationhop":1,"triggerid":"1","triggersource":"/signups"} <nil>
}

func TestEmitAttributes(t *testing.T) {
	e, _ := emit(t, events.Publication{Result: events.Result{Outcome: events.Canceled, Trigger: trigger("1")}, Subject: "ocid1.tenancy.oc1..r"}, plenty)
	if e.SpecVersion != "1.0" || e.Type != "com.acme.invitation.canceled" || e.Source != emitter.Source ||
		e.Subject != "ocid1.tenancy.oc1..r" || e.TriggerID != "1" || e.TriggerSource != "/s" || e.TraceParent != "00-a-b-01" {
		t.Errorf("%+v", e)
	}
}

// TestEmitID checks which parts of a publication determine the id of the event.
func TestEmitID(t *testing.T) {
	result := func(change func(*events.Publication)) string {
		p := events.Publication{Result: events.Result{Operation: "create", Outcome: events.Failed, Trigger: trigger("1"),
			Error: &events.Error{Status: 503, Code: "ServiceUnavailable", Message: "m", Retryable: true}}}
		if change != nil {
			change(&p)
		}
		e, _ := emit(t, p, plenty)
		return e.ID
	}
	same := result(nil)
	for name, change := range map[string]func(*events.Publication){
		"message":  func(p *events.Publication) { p.Result.Error.Message = "other" },
		"original": func(p *events.Publication) { p.Original = []byte("x") },
		"request":  func(p *events.Publication) { p.Result.OpcRequestID = "r" },
		"trace":    func(p *events.Publication) { p.TraceParent = "00-a-b-01" },
	} {
		if result(change) != same {
			t.Errorf("another %s gives another id", name)
		}
	}
	seen := map[string]string{same: "nothing"}
	for name, change := range map[string]func(*events.Publication){
		"trigger id":     func(p *events.Publication) { p.Result.Trigger.ID = "2" },
		"trigger source": func(p *events.Publication) { p.Result.Trigger.Source = "/other" },
		"operation":      func(p *events.Publication) { p.Result.Operation = "cancel" },
		"outcome":        func(p *events.Publication) { p.Result.Outcome, p.Result.Error = events.Created, nil },
		"status":         func(p *events.Publication) { p.Result.Error.Status = 500 },
		"code":           func(p *events.Publication) { p.Result.Error.Code = "Other" },
		"retryable":      func(p *events.Publication) { p.Result.Error.Retryable = false },
		"no trigger":     func(p *events.Publication) { p.Result.Trigger = nil },
		"key":            func(p *events.Publication) { p.Result.Trigger, p.Key = nil, "k" },
		"dry-run":        func(p *events.Publication) { p.Result.DryRun = true },
	} {
		id := result(change)
		if other, ok := seen[id]; ok {
			t.Errorf("a change of %s gives the id of a change of %s", name, other)
		}
		seen[id] = name
	}
}

func failedWith(original string, replays int) events.Publication {
	return events.Publication{Original: []byte(original), Replays: replays, Result: events.Result{
		Outcome: events.Failed, Trigger: trigger("1"), Error: events.Undecodable("x")}}
}

// TestEmitCutsOriginal checks that a failed event fits the limit, keeps as much of the original as possible, and says that
// it was cut.
func TestEmitCutsOriginal(t *testing.T) {
	for name, original := range map[string]string{
		"plain":      strings.Repeat("x", 200_000),
		"quotes":     strings.Repeat(`"\`, 100_000),
		"controls":   strings.Repeat("\n\x01", 100_000),
		"characters": strings.Repeat("é€😀", 50_000),
		"bytes":      strings.Repeat("\xff\x00", 100_000),
		"late byte":  strings.Repeat("x", 200_000) + "\xff",
	} {
		e, encoded := emit(t, failedWith(original, 0), plenty)
		length := strict.QuotedLen(encoded)
		if length > plenty || length < plenty-64 {
			t.Errorf("%s: %d bytes in a message of %d", name, length, plenty)
		}
		kept := e.Data.Event
		if e.Data.EventEncoding == "base64" {
			decoded, err := base64.StdEncoding.DecodeString(kept)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			kept = string(decoded)
		}
		if kept == "" || !strings.HasPrefix(original, kept) {
			t.Errorf("%s: the event does not hold the beginning of the original", name)
		}
		if e.Data.EventSize != len(original) || e.Data.EventSHA256 != events.Digest([]byte(original)) {
			t.Errorf("%s: marked as %d %s", name, e.Data.EventSize, e.Data.EventSHA256)
		}
	}
	whole, _ := emit(t, failedWith(`{"a": "<b>"}`, 0), plenty)
	if whole.Data.Event != `{"a": "<b>"}` || whole.Data.EventSize != 0 || whole.Data.EventSHA256 != "" || whole.Data.EventEncoding != "" {
		t.Errorf("a short original: %+v", whole.Data)
	}
}

// TestEmitWorstCase checks that a failed event with the longest attributes fits in a message.
func TestEmitWorstCase(t *testing.T) {
	worst := strings.Repeat(`"`, 2048)
	p := failedWith(worst, 3)
	p.Result.Trigger = &events.Trigger{ID: worst, Source: "/" + strings.Repeat("%22", 682), Type: worst, TraceParent: worst}
	p.Result.Error = events.Undecodable(strings.Repeat("é\"", 100_000))
	if _, encoded := emit(t, p, plenty); strict.QuotedLen(encoded) > plenty {
		t.Errorf("%d bytes", strict.QuotedLen(encoded))
	}
}

func data(t *testing.T, p events.Publication) []byte {
	t.Helper()
	_, encoded := emit(t, p, plenty)
	var e struct{ Data json.RawMessage }
	if err := json.Unmarshal(encoded, &e); err != nil {
		t.Fatal(err)
	}
	return e.Data
}

// TestReplayKeepsIdentity checks that a command without an id keeps its source and id in a replay.
func TestReplayKeepsIdentity(t *testing.T) {
	p := failedWith(`{"operation": "create"}`, 1)
	p.Result.Trigger = &events.Trigger{ID: "message-1", Source: "ocid1.onstopic.oc1.iad.t", Type: "senderinvitation.create"}
	record, replays, err := events.Replay(data(t, p), events.Delivery{Prefix: "senderinvitation"})
	if err != nil || record.Err != nil {
		t.Fatal(err, record.Err)
	}
	if replays != 2 || record.Event.ID() != "message-1" || record.Event.Source() != "ocid1.onstopic.oc1.iad.t" || string(record.Body) != `{"operation": "create"}` {
		t.Errorf("%d %v %s", replays, record.Event, record.Body)
	}
}

func TestReplayOfBytes(t *testing.T) {
	record, replays, err := events.Replay(data(t, failedWith("\xff\xfe", 0)), events.Delivery{CallID: "call-9", Prefix: "p"})
	if err != nil || replays != 1 || string(record.Body) != "\xff\xfe" || record.Err == nil {
		t.Errorf("%v %d %q %v", err, replays, record.Body, record.Err)
	}
}

// TestReplayWithoutTrigger checks that an original without an identity gets that of the current invocation.
func TestReplayWithoutTrigger(t *testing.T) {
	record, _, err := events.Replay([]byte(`{"event": "{\"operation\": \"list\"}"}`), events.Delivery{CallID: "call-9", Prefix: "p"})
	if err != nil || record.Err != nil || record.Event.ID() != "call-9" || record.Event.Source() != "/direct" {
		t.Errorf("%v %v", record, err)
	}
}

func TestReplayRefused(t *testing.T) {
	for name, c := range map[string]struct {
		data  string
		fault string
	}{
		"too often":       {string(data(t, failedWith("{}", 3))), "replayed 3 times already"},
		"cut":             {string(data(t, failedWith(strings.Repeat("x", 70_000), 0))), "the original was cut"},
		"less than never": {`{"event": "{}", "replays": -1}`, "replayed"},
		"no original":     {`{"outcome": "failed"}`, "carries no original"},
		"no data":         {``, "not what this function publishes"},
		"foreign":         {`{"event": {}}`, "not what this function publishes"},
		"bad base64":      {`{"event": "*", "eventEncoding": "base64"}`, "not base64"},
	} {
		if _, _, err := events.Replay([]byte(c.data), events.Delivery{CallID: "call-9", Prefix: "p"}); err == nil || events.AsError(err).Status != 400 || events.AsError(err).Retryable || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v, want %q", name, err, c.fault)
		}
	}
}

func TestAsError(t *testing.T) {
	fault := events.Invalid("InvalidParameter", "m")
	if got := events.AsError(fmt.Errorf("wrapped: %w", fault)); got != fault {
		t.Errorf("got %v", got)
	}
	if got := events.AsError(fmt.Errorf("secret")); got.Status != 500 || got.Code != "InternalServerError" || strings.Contains(got.Message, "secret") {
		t.Errorf("got %+v", got)
	}
	if events.AsError(nil) != nil {
		t.Error("nil is an error")
	}
}
