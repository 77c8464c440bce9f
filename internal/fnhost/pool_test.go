package fnhost_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"sender-invitations/internal/fnhost"
)

func TestSequentialCallsReuseOneProcess(t *testing.T) {
	h := newHost(t)
	if n := h.Processes(); n != 0 {
		t.Errorf("%d processes before the first call", n)
	}
	first := tell(t, h, nil).Pid
	for range 3 {
		if pid := tell(t, h, nil).Pid; pid != first {
			t.Errorf("process %d, then %d", first, pid)
		}
	}
	if n := h.Processes(); n != 1 {
		t.Errorf("%d processes", n)
	}
}

func TestConcurrentCallsUseTwoProcesses(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	one, two := invoke(t.Context(), h, m.body()), invoke(t.Context(), h, m.body())
	v, w := m.next(), m.next()
	if v.pid == w.pid || h.Processes() != 2 {
		t.Errorf("processes %d and %d, %d in all", v.pid, w.pid, h.Processes())
	}
	v.dismiss("bye")
	w.dismiss("bye")
	for _, r := range []result{<-one, <-two} {
		if r.err != nil || string(r.answer.Body) != "bye" {
			t.Errorf("answer %q, %v", r.answer.Body, r.err)
		}
	}
}

// noticed is a context that sends to waits when Done is called.
type noticed struct {
	context.Context
	waits chan struct{}
}

func (n noticed) Done() <-chan struct{} {
	select {
	case n.waits <- struct{}{}:
	default:
	}
	return n.Context.Done()
}

func TestMaxProcessesMakesACallWait(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	h.MaxProcesses = 2
	calls := []<-chan result{invoke(t.Context(), h, m.body()), invoke(t.Context(), h, m.body())}
	v, w := m.next(), m.next()
	ctx := noticed{t.Context(), make(chan struct{}, 1)}
	calls = append(calls, invoke(ctx, h, m.body()))
	<-ctx.waits
	v.dismiss("")
	third := m.next()
	if third.pid != v.pid || h.Processes() != 2 {
		t.Errorf("the third call has process %d, not the idle one %d; %d in all", third.pid, v.pid, h.Processes())
	}
	w.dismiss("")
	third.dismiss("")
	for _, call := range calls {
		if err := (<-call).err; err != nil {
			t.Error(err)
		}
	}
}

func TestWaitingCallEnds(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	h.MaxProcesses = 1
	busy := invoke(t.Context(), h, m.body())
	v := m.next()
	canceled, cancel := context.WithCancel(t.Context())
	ctx := noticed{canceled, make(chan struct{}, 1)}
	call := invoke(ctx, h, "tell")
	<-ctx.waits
	cancel()
	if err := (<-call).err; !errors.Is(err, context.Canceled) || h.Processes() != 1 {
		t.Errorf("canceled: %v, %d processes", err, h.Processes())
	}

	ctx = noticed{t.Context(), make(chan struct{}, 1)}
	call = invoke(ctx, h, "tell")
	<-ctx.waits
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	wantFailure(t, (<-call).err, 503, "FunctionInvokeServiceUnavailable")
	wantFailure(t, (<-busy).err, 502, "FunctionInvokeExecutionFailed")
	v.wantGone(t)
}

func TestKill(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	if n := h.Kill(); n != 0 {
		t.Errorf("Kill = %d before the first call", n)
	}
	call := invoke(t.Context(), h, m.body())
	v := m.next()
	if n := h.Kill(); n != 1 || h.Processes() != 0 {
		t.Errorf("Kill = %d in mid-call, %d processes left", n, h.Processes())
	}
	v.wantGone(t)
	wantFailure(t, (<-call).err, 502, "FunctionInvokeExecutionFailed")
	idle := tell(t, h, nil).Pid
	if n := h.Kill(); n != 1 {
		t.Errorf("Kill = %d of an idle process", n)
	}
	if pid := tell(t, h, nil).Pid; pid == idle || pid == v.pid {
		t.Errorf("process %d takes another call", pid)
	}
}

func TestIdleProcessThatEndsIsReplaced(t *testing.T) {
	h := newHost(t)
	idle := tell(t, h, nil).Pid
	if err := syscall.Kill(idle, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); h.Processes() != 0; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("the host does not notice the end of the process")
		}
	}
	if pid := tell(t, h, nil).Pid; pid == idle {
		t.Errorf("process %d takes another call", pid)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	h, m := newHost(t), newMeeting(t)
	busy := invoke(t.Context(), h, m.body())
	v := m.next()
	socket := tell(t, h, nil).Environ
	for range 2 {
		if err := h.Close(); err != nil || h.Processes() != 0 {
			t.Errorf("Close: %v, %d processes left", err, h.Processes())
		}
	}
	v.wantGone(t)
	wantFailure(t, (<-busy).err, 502, "FunctionInvokeExecutionFailed")
	for _, entry := range socket {
		if path, ok := strings.CutPrefix(entry, "FN_LISTENER=unix:"); ok {
			if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("socket folder: %v", err)
			}
		}
	}
	_, err := h.Invoke(t.Context(), fnhost.Call{})
	wantFailure(t, err, 503, "FunctionInvokeServiceUnavailable")
	if h.Kill() != 0 {
		t.Error("a process after Close")
	}
	awaitGoroutines(t, before)
}

func TestKillCall(t *testing.T) {
	h, m := newHost(t), newMeeting(t)
	calls := map[string]<-chan result{}
	visitors := map[string]visitor{}
	for _, id := range []string{"one", "two"} {
		ended := make(chan result, 1)
		go func() {
			answer, err := h.Invoke(t.Context(), fnhost.Call{Header: http.Header{"Fn-Call-Id": {id}}, Body: []byte(m.body())})
			ended <- result{answer, err}
		}()
		calls[id], visitors[id] = ended, m.next()
	}
	if h.KillCall("three") || !h.KillCall("one") || h.KillCall("one") {
		t.Error("KillCall does not end exactly the call that it names")
	}
	visitors["one"].wantGone(t)
	wantFailure(t, (<-calls["one"]).err, 502, "FunctionInvokeExecutionFailed")
	visitors["two"].dismiss("done")
	if r := <-calls["two"]; r.err != nil || h.KillCall("two") {
		t.Errorf("the other call: %v", r.err)
	}
}

// TestQuit has several processes write their stacks. The stacks of each must be in one piece.
func TestQuit(t *testing.T) {
	const processes = 4
	var stderr bytes.Buffer
	m := newMeeting(t)
	h := &fnhost.Host{Command: []string{function}, Stderr: &stderr}
	var calls []<-chan result
	var visitors []visitor
	for range processes {
		calls, visitors = append(calls, invoke(t.Context(), h, m.body())), append(visitors, m.next())
	}
	for i, call := range calls {
		visitors[i].dismiss("done")
		if r := <-call; r.err != nil {
			t.Fatal(r.err)
		}
	}
	if n := h.Quit(); n != processes || h.Processes() != 0 {
		t.Errorf("Quit = %d, %d processes left", n, h.Processes())
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	stacks := strings.Split(stderr.String(), "SIGQUIT: quit\n")[1:]
	for _, stack := range stacks {
		if strings.Count(stack, "\ngoroutine 1 ") != 1 {
			t.Errorf("these stacks are not those of one process:\n%s", stack)
		}
	}
	if len(stacks) != processes {
		t.Errorf("%d processes wrote their stacks, want %d", len(stacks), processes)
	}
}

func TestCallsLeaveNoGoroutine(t *testing.T) {
	h := newHost(t)
	tell(t, h, nil)
	before := runtime.NumGoroutine()
	for range 20 {
		tell(t, h, nil)
	}
	awaitGoroutines(t, before)
}

// awaitGoroutines waits until at most this many goroutines are left. Those of a closed connection end a little later.
func awaitGoroutines(t *testing.T, most int) {
	t.Helper()
	for end := time.Now().Add(patience); runtime.NumGoroutine() > most; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("goroutines left:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	}
}
