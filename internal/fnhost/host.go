// Package fnhost runs a built function as processes on the Fn container contract, and calls it as OCI does: directly, as
// Events, Notifications and "fn invoke" do, or as an HTTP back end of API Gateway.
//
// It is the part of OCI Functions that a function can notice: a Unix socket to listen on within five seconds, one request
// at a time per process, an environment of its own, a deadline, an answer of at most 6 MB, and SIGKILL without notice after
// a broken answer or a timeout. It does not freeze what is idle, and it needs a Unix system. A function that is a command runs
// with the memory and the rights of this process; one that is an image is confined by a container engine as OCI does it, which
// needs Linux.
package fnhost

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"
)

// Host runs one function on the Fn container contract. The fields are set before the first call and not changed after it;
// only Command, or Container in its place, is required. Its methods may be called by many goroutines at once. Close ends it.
type Host struct {
	// Command is the function's binary and its arguments.
	Command []string

	// Container makes each process a container of the function's image. Its environment has the PATH of the image.
	Container *Container

	// Env is the function's whole configuration as KEY=value. A process gets PATH, the variables that the platform sets
	// (FN_LISTENER and others) and these, which win over both; nothing else of this process's environment.
	Env []string

	// Timeout is the longest that one invocation may take, counted from when its process is ready. Default: 30 s.
	// Fn-Deadline tells it in whole seconds, rounded down, so that a short one may lie in the past from the start.
	Timeout time.Duration

	// StartTimeout is how long a new process may take until its socket accepts a connection. Default: 5 s, the platform's.
	StartTimeout time.Duration

	// MaxProcesses is the most processes at a time. Default: 8. A call reuses an idle process, starts one if there is
	// none, and waits when all are busy.
	MaxProcesses int

	// Stderr gets what the processes write to stdout and stderr, one write at a time, and all of it by the time Close
	// returns. Default: io.Discard.
	Stderr io.Writer

	// CallID names a call that comes without an Fn-Call-Id. Default: random.
	CallID func() string

	once    sync.Once
	slots   chan struct{} // holds one element per call that has or starts a process
	closing sync.Once
	closed  chan struct{}
	output  lockedWriter

	mu    sync.Mutex
	procs []*process // every process that is not known to have exited
}

// Call is one request to the container.
type Call struct {
	Header http.Header // Fn-Intent and the like included; canonical names
	Body   []byte      // at most 6 MB
}

// Answer is a container's answer of status 200, the only one that is not a failure.
type Answer struct {
	Header http.Header // as the container sent it: Fn-Http-Status and Fn-Http-H-* included
	Body   []byte
	CallID string // the call's Fn-Call-Id
}

// maxBody is the most bytes of a request's or an answer's body, fixed by the platform.
const maxBody = 6 << 20

// Invoke sends one call to the function, at most once, with exactly the headers of call, to which it adds Fn-Call-Id and
// Fn-Deadline unless they are given. A given deadline counts instead of h.Timeout; the call is then cut a second past it,
// the most that the platform's rounding down can take away.
//
// A failure that the platform reports to its callers is a *Failure. When ctx ends, the process is killed and the error is
// that of ctx: stricter than the platform, where a function may run on after its caller has gone.
func (h *Host) Invoke(ctx context.Context, call Call) (Answer, error) {
	if len(call.Body) > maxBody {
		return Answer{}, &Failure{http.StatusRequestEntityTooLarge, codeRequestTooLarge, "the request body exceeds 6 MB"}
	}
	p, err := h.take(ctx)
	if err != nil {
		return Answer{}, err
	}
	header, end := h.envelope(call.Header)
	h.mu.Lock()
	p.callID = header.Get("Fn-Call-Id")
	h.mu.Unlock()
	timed, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	answer, alive, err := p.exchange(timed, header, call.Body)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	h.release(p, alive)
	return answer, err
}

// envelope returns the headers of the request to the container and the moment at which the call is cut.
func (h *Host) envelope(given http.Header) (http.Header, time.Time) {
	header := http.Header{"User-Agent": nil} // nil: net/http must not name itself where the caller did not
	for name, values := range given {
		header[name] = values
	}
	if header.Get("Fn-Call-Id") == "" {
		header.Set("Fn-Call-Id", h.callID())
	}
	end := time.Now().Add(cmp.Or(h.Timeout, 30*time.Second))
	if deadline, err := time.Parse(time.RFC3339, header.Get("Fn-Deadline")); err == nil {
		end = deadline.Add(time.Second)
	}
	if header.Get("Fn-Deadline") == "" {
		header.Set("Fn-Deadline", end.UTC().Format(time.RFC3339)) // this layout drops the fraction, as OCI does
	}
	return header, end
}

func (h *Host) callID() string {
	if h.CallID == nil {
		return rand.Text()
	}
	return h.CallID()
}
