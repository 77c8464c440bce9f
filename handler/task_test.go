package handler

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"sender-invitations/events"
)

// A panic while working on a record fails that record, as a fault of this program without detail, and is logged with its
// stack.
func TestPanicFailsItsTask(t *testing.T) {
	var log bytes.Buffer
	i := &invocation{observer: observer{log: slog.New(slog.NewJSONHandler(&log, nil))}}
	broken := &task{command: Command{operation: commandNamed("create")}}
	broken.Result.Trigger = &events.Trigger{ID: "1"}
	i.attempt(broken, func() error { panic("secret") })
	if fault := broken.Result.Error; broken.Result.Outcome != events.Failed || fault.Status != 500 || fault.Retryable ||
		strings.Contains(fault.Message, "secret") || broken.Result.Trigger.ID != "1" || broken.command.operation != nil {
		t.Errorf("%+v %v", broken.Result, fault)
	}
	if !strings.Contains(log.String(), "TestPanicFailsItsTask") {
		t.Errorf("no stack in %s", log.String())
	}
}

func TestEach(t *testing.T) {
	for _, c := range []struct{ n, limit int }{{0, 8}, {1, 8}, {100, 1}, {100, 8}} {
		var done [100]atomic.Int32
		each(c.n, c.limit, func(index int) { done[index].Add(1) })
		for index := range done {
			if got, want := done[index].Load(), index < c.n; got > 1 || (got == 1) != want {
				t.Errorf("%d of %d: done %d times", index, c.n, got)
			}
		}
	}
}

// A panic of one is a panic of all, after the others have returned.
func TestEachHandsPanicOn(t *testing.T) {
	var others atomic.Int32
	broken := errors.New("broken")
	told := func() (told panicElsewhere) {
		defer func() { told, _ = recover().(panicElsewhere) }()
		each(10, 2, func(index int) {
			if index == 3 {
				panic(broken)
			}
			others.Add(1)
		})
		return told
	}()
	if told.fault != broken || !strings.Contains(told.stack, "TestEachHandsPanicOn") || others.Load() != 9 {
		t.Errorf("%d others, %v", others.Load(), told)
	}
}
