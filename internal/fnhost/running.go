package fnhost

import "context"

// Process is one process of the function, with the path of its Unix socket. It is for measurements. Calls to the socket bypass
// the host and its limits: one call at a time, and a deadline.
type Process struct {
	PID    int
	Socket string
}

// Running returns the processes, including those that are starting. The id of a container's process is that of the engine's
// client.
func (h *Host) Running() (running []Process) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetExited()
	for _, p := range h.procs {
		running = append(running, Process{p.cmd.Process.Pid, p.socket})
	}
	return running
}

// Provision waits for an idle process that listens, and starts one if necessary, like provisioned concurrency on OCI. The next
// call takes this process. The errors are those of [Host.Invoke].
func (h *Host) Provision(ctx context.Context) error {
	p, err := h.take(ctx)
	if err == nil {
		h.release(p, true)
	}
	return err
}
