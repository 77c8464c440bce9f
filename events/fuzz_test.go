package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
)

// FuzzApprove checks that Approve does not panic, that it returns a valid event with a command or an error of the sender, and that it refuses an
// event that was held long ago.
func FuzzApprove(f *testing.F) {
	now := time.Date(2026, 11, 2, 9, 15, 30, 0, time.UTC)
	emitter := emit.Emitter{Prefix: "p", Source: "/f", Now: func() time.Time { return now }}
	for _, name := range corpus(f) {
		for index, record := range events.Decode(read(f, name)) {
			if record.Err != nil {
				continue
			}
			p := emit.Publication{Original: record.Body, Listed: record.Listed, Time: now.AddDate(0, 0, -10*(index%5)),
				Result: events.Result{Outcome: events.Held, Trigger: record.Trigger(), Command: json.RawMessage(`{"recipientTenancyId": "ocid1.tenancy.oc1..r"}`)}}
			encoded, err := emitter.Emit(p, 64<<10)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(encoded)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, held := range events.Decode(events.Delivery{Body: body, CallID: "c", Prefix: "p"}) {
			if held.Err != nil {
				continue
			}
			record, approval, err := events.Approve(held.Event, events.Delivery{CallID: "c", Prefix: "p"}, now)
			if err != nil {
				if status := events.AsError(err).Status; status != 400 && status != 403 && status != 413 {
					t.Fatal(err)
				}
				continue
			}
			if now.Sub(held.Event.Time()) > events.HeldFor || !json.Valid(approval.Command) || approval.ID != held.Event.ID() {
				t.Fatalf("%s %v", held.Event, approval)
			}
			if record.Err == nil && record.Event.Validate() != nil {
				t.Fatal(record.Event)
			}
		}
	})
}

// FuzzReplay checks that Replay does not panic, that it returns a valid event or an error of the sender, and that it limits the
// number of replays.
func FuzzReplay(f *testing.F) {
	emitter := emit.Emitter{Prefix: "p", Source: "/f", Now: time.Now}
	for _, name := range corpus(f) {
		for index, record := range events.Decode(read(f, name)) {
			p := emit.Publication{Original: record.Body, Listed: record.Listed, ContentType: record.ContentType, Replays: index % 4, Result: events.Result{Outcome: events.Failed, Error: events.Internal()}}
			if record.Err == nil {
				p.Result.Trigger = record.Trigger()
			}
			for _, most := range []int{64 << 10, 1000} {
				encoded, err := emitter.Emit(p, most)
				if err != nil {
					f.Fatal(err)
				}
				var failed struct{ Data json.RawMessage }
				if err := json.Unmarshal(encoded, &failed); err != nil {
					f.Fatal(err)
				}
				f.Add([]byte(failed.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		record, replays, err := events.Replay(data, events.Delivery{CallID: "c", Prefix: "p"})
		if err != nil {
			if events.AsError(err).Status != 400 {
				t.Fatal(err)
			}
			return
		}
		if replays < 1 || replays > events.MaxReplays {
			t.Fatalf("the replay number %d", replays)
		}
		if record.Err == nil {
			err = record.Event.Validate()
		} else if record.Err.Status != 400 && record.Err.Status != 413 {
			err = record.Err
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}
