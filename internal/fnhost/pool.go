package fnhost

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// Kill ends every process with SIGKILL, waits until they are gone, and returns their number. A call in progress fails like one
// with a broken answer.
func (h *Host) Kill() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	count, _ := h.killAll()
	return count
}

// KillCall ends with SIGKILL the process that has the call with this Fn-Call-Id, and waits until it is gone. The call fails
// like one with a broken answer. KillCall reports whether there was such a process.
func (h *Host) KillCall(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.procs {
		if p.busy && p.callID == id && !p.exited() {
			p.signal(syscall.SIGKILL)
			<-p.done
			return true
		}
	}
	return false
}

// Quit ends every process with SIGQUIT, waits until they are gone, and returns their number. On SIGQUIT, a Go program writes
// the stacks of its goroutines to Stderr, in many small writes. Quit ends one process after the other, so that the stacks of each
// stay together. Containers are killed instead.
func (h *Host) Quit() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetExited()
	for _, p := range h.procs {
		p.signal(syscall.SIGQUIT)
		<-p.done
	}
	count := len(h.procs)
	h.procs = nil
	return count
}

// Processes returns the number of processes, including those that are starting.
func (h *Host) Processes() int { return len(h.Running()) }

// Containers returns the names of the containers.
func (h *Host) Containers() (names []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetExited()
	for _, p := range h.procs {
		if p.keeper != nil {
			names = append(names, p.keeper.name)
		}
	}
	return names
}

// Close ends every process with SIGKILL (the platform sends no SIGTERM either), waits until they are gone, and removes their
// containers and socket folders. Its error is one of the removal. Calls in progress, waiting calls and later calls fail. A
// second Close does nothing.
func (h *Host) Close() error {
	h.once.Do(h.init)
	h.closing.Do(func() { close(h.closed) })
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.killAll()
	return err
}

func (h *Host) init() {
	h.slots = make(chan struct{}, cmp.Or(h.MaxProcesses, 8))
	h.closed = make(chan struct{})
	h.output.w = h.Stderr
}

// take waits for a slot and returns a process that listens and has no call. release gives it back.
func (h *Host) take(ctx context.Context) (*process, error) {
	h.once.Do(h.init)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case h.slots <- struct{}{}:
	case <-h.closed:
		return nil, errClosed()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p, err := h.reserve()
	if err != nil {
		<-h.slots
		return nil, err
	}
	if err := p.awaitListen(ctx, cmp.Or(h.StartTimeout, 5*time.Second)); err != nil {
		h.release(p, false)
		return nil, err
	}
	return p, nil
}

// reserve marks an idle process as busy, or starts one. The caller must hold a slot. This limits the number of processes:
// reserve starts one only while each other process is busy and its call holds another slot.
func (h *Host) reserve() (*process, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
		return nil, errClosed()
	default:
	}
	h.forgetExited()
	for _, p := range h.procs {
		if !p.busy {
			p.busy = true
			return p, nil
		}
	}
	p, err := h.start()
	if err != nil {
		return nil, &Failure{http.StatusBadGateway, codeInitFail, "the function cannot be started: " + err.Error()}
	}
	h.procs = append(h.procs, p)
	return p, nil
}

// release ends a call. Its process becomes idle or, unless alive, is killed.
func (h *Host) release(p *process, alive bool) {
	if !alive {
		p.signal(syscall.SIGKILL)
		<-p.done
	}
	h.mu.Lock()
	p.busy, p.callID = false, ""
	h.mu.Unlock()
	<-h.slots
}

// killAll kills every process and waits until they are gone. The caller holds h.mu, so no process is taken or started
// meanwhile.
func (h *Host) killAll() (count int, err error) {
	h.forgetExited()
	for _, p := range h.procs {
		p.signal(syscall.SIGKILL)
	}
	for _, p := range h.procs {
		<-p.done
		err = errors.Join(err, p.cleanupErr)
	}
	count = len(h.procs)
	h.procs = nil
	return count, err
}

// forgetExited drops the processes that have ended. The caller holds h.mu.
func (h *Host) forgetExited() {
	h.procs = slices.DeleteFunc(h.procs, (*process).exited)
}
