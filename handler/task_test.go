package handler

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
)

// A panic while working on a record fails that record with a 500 without detail, and is logged with its stack.
func TestPanicFailsItsTask(t *testing.T) {
	var log bytes.Buffer
	i := &invocation{watch: oci.Observer{Log: slog.New(slog.NewJSONHandler(&log, nil))}}
	broken := &task{order: &invitations.Order{Command: command.Command{Operation: command.Create}}}
	broken.Result.Trigger = &events.Trigger{ID: "1"}
	i.do(broken, func() error { panic("secret") })
	if fault := broken.Result.Error; broken.Result.Outcome != events.Failed || fault.Status != 500 || fault.Retryable ||
		strings.Contains(fault.Message, "secret") || broken.Result.Trigger.ID != "1" || broken.order != nil {
		t.Errorf("%+v %v", broken.Result, fault)
	}
	if !strings.Contains(log.String(), "TestPanicFailsItsTask") {
		t.Errorf("no stack in %s", log.String())
	}
}
