package emit_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/strict"
)

const plenty = 64 << 10

var emitter = emit.Emitter{
	Prefix: "com.acme.invitation", Source: "ocid1.fnfunc.oc1.iad.f",
	Now: func() time.Time { return time.Date(2026, 11, 2, 9, 15, 30, 0, time.UTC) },
}

// emitted is a published event, with the members of its data that the tests check.
type emitted struct {
	ID, Type, Source, Subject, TriggerID, TriggerSource, TraceParent, SpecVersion string

	Data struct {
		Outcome, Event, EventEncoding, EventSHA256 string

		Brief bool

		EventSize, Replays int
	}
}

func made(t *testing.T, p emit.Publication, most int) (emitted, []byte) {
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
	encoded, err := emitter.Emit(emit.Publication{Result: events.Result{
		Operation: "create", Outcome: events.Created, Invitation: json.RawMessage(`{"id":"ocid1.i","status":"PENDING"}`),
		Trigger: &events.Trigger{ID: "1", Source: "/signups", Type: "com.acme.signup", Rule: "signup"},
	}}, 64<<10)
	fmt.Println(string(encoded), err)
	// Output: {"specversion":"1.0","id":"60ee63029c8ff4a9e13d1c98747ecd2c985de0b37584b064f333b5c77593faa7","source":"ocid1.fnfunc.oc1.iad.f","type":"com.acme.invitation.created","subject":"ocid1.i","datacontenttype":"application/json","dataschema":"urn:uuid:71c56379-1c24-40da-a680-cb3c6daa3aea","time":"2026-11-02T09:15:30Z","data":{"operation":"create","outcome":"created","dryRun":false,"invitation":{"id":"ocid1.i","status":"PENDING"},"trigger":{"id":"1","source":"/signups","type":"com.acme.signup","rule":"signup"}},"senderinvitationhop":1,"triggerid":"1","triggersource":"/signups"} <nil>
}

func TestEmitAttributes(t *testing.T) {
	e, _ := made(t, emit.Publication{Result: events.Result{Outcome: events.Canceled, Trigger: trigger("1")}, Subject: "ocid1.tenancy.oc1..r"}, plenty)
	if e.SpecVersion != "1.0" || e.Type != "com.acme.invitation.canceled" || e.Source != emitter.Source ||
		e.Subject != "ocid1.tenancy.oc1..r" || e.TriggerID != "1" || e.TriggerSource != "/s" || e.TraceParent != "00-a-b-01" {
		t.Errorf("%+v", e)
	}
}

// TestEmitID checks which parts of a publication determine the id of the event.
func TestEmitID(t *testing.T) {
	result := func(change func(*emit.Publication)) string {
		p := emit.Publication{Result: events.Result{Operation: "create", Outcome: events.Failed, Trigger: trigger("1"),
			Error: &events.Error{Status: 503, Code: "ServiceUnavailable", Message: "m", Retryable: true}}}
		if change != nil {
			change(&p)
		}
		e, _ := made(t, p, plenty)
		return e.ID
	}
	same := result(nil)
	for name, change := range map[string]func(*emit.Publication){
		"message":  func(p *emit.Publication) { p.Result.Error.Message = "other" },
		"original": func(p *emit.Publication) { p.Original = []byte("x") },
		"request":  func(p *emit.Publication) { p.Result.OpcRequestID = "r" },
		"trace":    func(p *emit.Publication) { p.TraceParent = "00-a-b-01" },
	} {
		if result(change) != same {
			t.Errorf("another %s gives another id", name)
		}
	}
	seen := map[string]string{same: "nothing"}
	for name, change := range map[string]func(*emit.Publication){
		"trigger id":     func(p *emit.Publication) { p.Result.Trigger.ID = "2" },
		"trigger source": func(p *emit.Publication) { p.Result.Trigger.Source = "/other" },
		"operation":      func(p *emit.Publication) { p.Result.Operation = "cancel" },
		"outcome":        func(p *emit.Publication) { p.Result.Outcome, p.Result.Error = events.Created, nil },
		"status":         func(p *emit.Publication) { p.Result.Error.Status = 500 },
		"code":           func(p *emit.Publication) { p.Result.Error.Code = "Other" },
		"retryable":      func(p *emit.Publication) { p.Result.Error.Retryable = false },
		"no trigger":     func(p *emit.Publication) { p.Result.Trigger = nil },
		"key":            func(p *emit.Publication) { p.Result.Trigger, p.Key = nil, "k" },
		"dry-run":        func(p *emit.Publication) { p.Result.DryRun = true },
	} {
		id := result(change)
		if other, ok := seen[id]; ok {
			t.Errorf("a change of %s gives the id of a change of %s", name, other)
		}
		seen[id] = name
	}
}

func failedWith(original string, replays int) emit.Publication {
	return emit.Publication{Original: []byte(original), Replays: replays, Result: events.Result{
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
		e, encoded := made(t, failedWith(original, 0), plenty)
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
	whole, _ := made(t, failedWith(`{"a": "<b>"}`, 0), plenty)
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
	if _, encoded := made(t, p, plenty); strict.QuotedLen(encoded) > plenty {
		t.Errorf("%d bytes", strict.QuotedLen(encoded))
	}
}

// TestEmitHop checks that every published event has one hop more than its trigger, also one without a trigger, and one that is cut.
func TestEmitHop(t *testing.T) {
	for name, c := range map[string]struct {
		p    emit.Publication
		want int
	}{
		"without trigger": {emit.Publication{Result: events.Result{Outcome: events.Created}}, 1},
		"first":           {emit.Publication{Result: events.Result{Outcome: events.Created, Trigger: &events.Trigger{ID: "1", Source: "/s"}}}, 1},
		"fourth":          {emit.Publication{Result: events.Result{Outcome: events.Created, Trigger: &events.Trigger{ID: "1", Source: "/s", Hop: 3}}}, 4},
		"most":            {emit.Publication{Result: events.Result{Outcome: events.Failed, Error: events.Internal(), Trigger: &events.Trigger{ID: "1", Source: "/s", Hop: 2147483646}}}, 2147483647},
		"cut":             {emit.Publication{Original: []byte(strings.Repeat("x", 2*plenty)), Result: events.Result{Outcome: events.Failed, Error: events.Internal(), Trigger: &events.Trigger{ID: "1", Source: "/s", Hop: 2}}}, 3},
	} {
		_, encoded := made(t, c.p, plenty)
		var e map[string]any
		if err := json.Unmarshal(encoded, &e); err != nil {
			t.Fatal(err)
		}
		if got := e["senderinvitationhop"]; fmt.Sprint(got) != fmt.Sprint(float64(c.want)) {
			t.Errorf("%s: %v, want %d", name, got, c.want)
		}
	}
}

// TestBriefWorstCase checks that thousand brief results, the longest that there are, fit in 30 messages: so each has at most 1,960 bytes.
func TestBriefWorstCase(t *testing.T) {
	const most, ocidLength = 30 * (64<<10 - 128) / 1000, 110
	for _, character := range []string{"x", `"`, `\\`, "<", "é", "\u2028", "😀", "%"} {
		long := strings.Repeat(character, 2048/len(character))
		ocid := "ocid1.senderinvitation.oc1..a" + strings.Repeat("x", ocidLength-29)
		trigger := &events.Trigger{ID: long, Source: long, Type: long, Rule: long, TraceParent: long}
		for name, p := range map[string]emit.Publication{
			"created": {Result: events.Result{Operation: "create", Outcome: events.Created, WorkRequestID: ocid, OpcRequestID: long, Trigger: trigger, DryRun: true,
				Invitation: json.RawMessage(fmt.Sprintf(`{"id": %q, "status": "PENDING", "lifecycleState": "CREATING", "recipientTenancyId": %q, "displayName": %q}`, ocid, ocid, long))}},
			"failed": {Original: []byte(long), Place: 1000, CallID: strings.Repeat("c", 36), Listed: true, ContentType: "application/cloudevents+json; charset=utf-8", Replays: 3, Subject: ocid,
				Result: events.Result{Operation: "create", Outcome: events.Failed, OpcRequestID: long, Trigger: trigger,
					Error: events.Invalid("RelatedResourceNotAuthorizedOrNotFound", long)}},
		} {
			whole := p
			p.Brief, p.TraceParent = true, long
			short, encoded := made(t, p, plenty)
			if length := strict.QuotedLen(encoded); length > most {
				t.Errorf("%s of %s: %d bytes, want at most %d", name, character, length, most)
			}
			if !short.Data.Brief || short.ID != whole.ID() || short.TriggerID == "" || short.TriggerID == long {
				t.Errorf("%s of %s: %s", name, character, encoded)
			}
		}
	}
}
