package events_test

import (
	"encoding/json"
	"testing"

	"sender-invitations/events"
)

// TestBare checks which parts of a result Bare keeps.
func TestBare(t *testing.T) {
	result := events.Result{
		Operation: "create", Outcome: events.Created, WorkRequestID: "w", OpcRequestID: "r", Trigger: &events.Trigger{ID: "1"},
		Invitation:  json.RawMessage(`{"id": "i", "status": "PENDING", "displayName": "long", "recipientTenancyId": "t"}`),
		Invitations: []json.RawMessage{json.RawMessage("{}")},
		Error:       &events.Error{Status: 503, Code: "ServiceUnavailable", Message: "long", Retryable: true},
	}
	got, err := json.Marshal(result.Bare())
	want := `{"operation":"create","outcome":"created","dryRun":false,"brief":true,"invitation":{"id":"i","status":"PENDING","recipientTenancyId":"t"},` +
		`"workRequestId":"w","error":{"status":503,"code":"ServiceUnavailable","message":"left out: the answer is too large","retryable":true}}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s\n%s", err, got, want)
	}
	if got, err := json.Marshal((events.Result{Outcome: events.Ignored}).Bare()); err != nil || string(got) != `{"outcome":"ignored","dryRun":false,"brief":true}` {
		t.Errorf("%v %s", err, got)
	}
}
