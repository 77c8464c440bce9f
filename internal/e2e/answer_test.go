package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"sender-invitations/events"
)

// answered is the answer to a delivery.
type answered struct{ Results []events.Result }

func readAnswer(t *testing.T, body []byte) (got answered) {
	t.Helper()
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return got
}

// publishedEvent is an event as it is published.
type publishedEvent struct {
	ID, Type, Subject, TriggerID string
	Data                         struct {
		events.Result
		events.Original
	}
}

// publishedEvents returns the events of a message, which holds one event or a list.
func publishedEvents(t *testing.T, body string) (list []publishedEvent) {
	t.Helper()
	if !strings.HasPrefix(body, "[") {
		body = "[" + body + "]"
	}
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	return list
}
