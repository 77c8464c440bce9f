package emit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/events/emit"
)

func data(t *testing.T, p emit.Publication) []byte {
	t.Helper()
	_, encoded := made(t, p, plenty)
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
