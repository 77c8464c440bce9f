package fnhost

import "context"

// Process is one process of the function: its process id, and the path of its Unix socket. They are for measuring: a call
// that goes past the host, to the socket, is not held to one at a time, nor to a deadline.
type Process struct {
	PID    int
	Socket string
}

// Running returns the processes that live now, those that are starting included. That of a container has the id of the
// engine's client.
func (h *Host) Running() (running []Process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetExited()
	for _, p := range h.procs {
		running = append(running, Process{p.cmd.Process.Pid, p.socket})
	}
	return running
}

// Provision returns when a process listens that no call has: an idle one or a new one, as provisioned concurrency on OCI
// has it. The next call takes it. Its errors are those of [Host.Invoke].
func (h *Host) Provision(ctx context.Context) error {
	p, err := h.take(ctx)
	if err == nil {
		h.release(p, true)
	}
	return err
}
