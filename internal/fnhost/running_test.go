package fnhost_test

import (
	"net"
	"testing"

	"sender-invitations/internal/fnhost"
)

func TestProvision(t *testing.T) {
	h := newHost(t)
	if running := h.Running(); len(running) != 0 {
		t.Errorf("before the first: %v", running)
	}
	for range 2 {
		if err := h.Provision(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	running := h.Running()
	if len(running) != 1 {
		t.Fatalf("running: %v", running)
	}
	if pid := tell(t, h, nil).Pid; pid != running[0].PID {
		t.Errorf("the call has process %d, not %d", pid, running[0].PID)
	}
	conn, err := net.Dial("unix", running[0].Socket)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if h.Kill(); len(h.Running()) != 0 {
		t.Errorf("after the end: %v", h.Running())
	}
}

func TestProvisionFails(t *testing.T) {
	h := &fnhost.Host{}
	wantFailure(t, h.Provision(t.Context()), 502, "FunctionInvokeContainerInitFail")
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	wantFailure(t, h.Provision(t.Context()), 503, "FunctionInvokeServiceUnavailable")
}
