// Package fnhost runs a built function as processes on the Fn container contract, and calls it as OCI does: directly, as
// Events, Notifications and "fn invoke" do, or as an HTTP back end of API Gateway.
//
// It does what a function can observe of OCI Functions: a Unix socket to listen on within five seconds, one request at a time
// per process, an environment of its own, a deadline, an answer of at most 6 MB, and SIGKILL without notice after a broken
// answer or a time-out. It does not freeze idle processes.
//
// A [Host] runs either a command or a container image. A command needs a Unix system and has the memory and the rights of this
// process. An image needs Linux and a container engine, which sets the limits of OCI.
package fnhost

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// Host runs one function on the Fn container contract. Only Command or Container is required. Set the fields before the first
// call and do not change them later. The methods can be called concurrently. Call Close at the end.
type Host struct {
	// Command is the function's binary and its arguments.
	Command []string

	// Container makes each process a container of the function's image. Its environment has the PATH of the image.
	Container *Container

	// Env is the function's configuration as KEY=value. A process gets PATH, the variables that the platform sets
	// (FN_LISTENER and others), and Env, which overrides both. It inherits no other variable of this process.
	Env []string

	// Timeout limits an invocation, from the moment when its process is ready. Default: 30 s. Fn-Deadline is in whole
	// seconds, rounded down, so with a short Timeout it can be in the past from the start.
	Timeout time.Duration

	// StartTimeout limits the time until the socket of a new process accepts a connection. Default: 5 s, as on OCI.
	StartTimeout time.Duration

	// MaxProcesses limits the number of processes. Default: 8. A call takes an idle process, else starts one, and waits
	// while all are busy.
	MaxProcesses int

	// Stderr receives what the processes write to stdout and stderr, one write at a time. When Close returns, it has
	// received everything. Default: io.Discard.
	Stderr io.Writer

	// CallID returns the Fn-Call-Id for a call without one. Default: random.
	CallID func() string

	once    sync.Once
	slots   chan struct{} // holds an element for each call that has or starts a process
	closing sync.Once
	closed  chan struct{}
	output  lockedWriter

	mu    sync.Mutex
	procs []*process // without those that are known to have exited
}

// Call is one request to the container.
type Call struct {
	Header http.Header // with canonical names; may include Fn-Intent and others
	Body   []byte      // at most 6 MB
}

// Answer is a container's answer of status 200. Any other status is a failure.
type Answer struct {
	Header http.Header // as the container sent it: Fn-Http-Status and Fn-Http-H-* included
	Body   []byte
	CallID string // the call's Fn-Call-Id
}

// maxBody is the platform's limit of the body of a request and of an answer, in bytes.
const maxBody = 6 << 20

// Invoke sends a call to the function at most once. It adds only the headers Fn-Call-Id and Fn-Deadline, unless call has them.
// If call has a deadline, it replaces h.Timeout: the call is cut one second after it, since the platform rounds deadlines down
// by up to a second.
//
// A failure that the platform would report is a *Failure. When ctx ends, the process is killed and the error is that of ctx.
// The platform is less strict: a function may run on after its caller has gone.
func (h *Host) Invoke(ctx context.Context, call Call) (Answer, error) {
	if len(call.Body) > maxBody {
		return Answer{}, &Failure{http.StatusRequestEntityTooLarge, codeRequestTooLarge, "the request body exceeds 6 MB"}
	}
	p, err := h.take(ctx)
	if err != nil {
		return Answer{}, err
	}
	header, end := h.envelope(ctx, call.Header)
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

// envelope returns the headers of the request to the container, and the time at which the call is cut.
func (h *Host) envelope(ctx context.Context, given http.Header) (http.Header, time.Time) {
	header := http.Header{"User-Agent": nil} // if nil, net/http adds none of its own
	for name, values := range given {
		header[name] = values
	}
	if header.Get("Fn-Call-Id") == "" {
		header.Set("Fn-Call-Id", h.callID(ctx))
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
