package events_test

import (
	"fmt"
	"strings"
	"testing"

	"sender-invitations/events"
)

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
