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

// Kill ends every process now with SIGKILL, also in the middle of a call, which then fails as a broken answer does. It
// returns how many it ended, once they are gone. The next call starts a new one.
func (h *Host) Kill() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	count, _ := h.endAll(syscall.SIGKILL)
	return count
}

// KillCall ends, with SIGKILL, the process that is at work on the call of this Fn-Call-Id, which then fails as a broken
// answer does. It returns, once the process is gone, whether there was one.
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

// Quit ends every process with SIGQUIT, at which a Go program writes all its goroutines to Stderr; a container is killed. It
// returns how many it ended, once they are gone.
func (h *Host) Quit() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	count, _ := h.endAll(syscall.SIGQUIT)
	return count
}

// Processes returns how many processes live now, those that are starting included.
func (h *Host) Processes() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetExited()
	return len(h.procs)
}

// Containers returns the names of the containers that live now.
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

// Close ends every process with SIGKILL (the platform sends no SIGTERM either), waits for their end and removes their
// containers and socket folders; its error is that of the removal. Calls in progress, waiting or to come fail. A second
// Close does nothing.
func (h *Host) Close() error {
	h.once.Do(h.init)
	h.closing.Do(func() { close(h.closed) })
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.endAll(syscall.SIGKILL)
	return err
}

func (h *Host) init() {
	h.slots = make(chan struct{}, cmp.Or(h.MaxProcesses, 8))
	h.closed = make(chan struct{})
	h.output.w = h.Stderr
}

// take waits for a slot and returns a process that listens and that no other call has. Each is given back by release.
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

// reserve marks an idle process as busy, or starts one. The slot that its caller holds keeps the number of processes
// within the limit: one is started only while every other one is busy and so has a slot of its own.
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

// release ends a call: its process is idle again or, if it may not take another call, killed and gone.
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

// endAll sends every process a signal that ends it, and waits for their end. It is called with h.mu held, so that none is
// taken or started meanwhile.
func (h *Host) endAll(signal syscall.Signal) (count int, err error) {
	h.forgetExited()
	for _, p := range h.procs {
		p.signal(signal)
	}
	for _, p := range h.procs {
		<-p.done
		err = errors.Join(err, p.cleanupErr)
	}
	count = len(h.procs)
	h.procs = nil
	return count, err
}

// forgetExited drops the processes that have ended. It is called with h.mu held.
func (h *Host) forgetExited() {
	h.procs = slices.DeleteFunc(h.procs, (*process).exited)
}
