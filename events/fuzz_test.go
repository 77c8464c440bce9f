package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
)

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
