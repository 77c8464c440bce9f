package ocitest

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is how one request goes wrong; the zero value is no fault. The fields
// combine in the order Delay, Reset, Status, DropAnswer, and the first of Reset
// and Status decides.
//
// The HTTP client of the standard library repeats a GET by itself when a
// connection that it has used before is cut.
type Fault struct {
	// Delay is how long to wait before anything else, in real time. The wait
	// ends early when the client is gone, and then nothing is done.
	Delay time.Duration

	// Reset cuts the connection before anything is done.
	Reset bool

	// Status, if not 0, is answered as an error, and nothing is done. Code
	// defaults to the words of the status ("TooManyRequests"), Message to a
	// remark that the fault is made. RetryAfter, in seconds, if not 0, becomes
	// the header retry-after. Body, if not "", is answered instead of code and
	// message, as it is: what a service of tomorrow says, or a proxy of today.
	Status     int
	Code       string
	Message    string
	RetryAfter int
	Body       string

	// DropAnswer lets the operation be done and then cuts the connection.
	DropAnswer bool
}

// fault asks for the fault of one request, lending it the body.
func (s *Server) fault(r *http.Request, body []byte) Fault {
	if s.Fault == nil {
		return Fault{}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return s.Fault(r)
}

// wait waits for the fault's delay and tells whether the client is still there.
func (f Fault) wait(ctx context.Context) bool {
	if f.Delay <= 0 {
		return true
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// answer is the error that a fault with a Status answers.
func (f Fault) answer() answer {
	code := cmp.Or(f.Code, strings.ReplaceAll(http.StatusText(f.Status), " ", ""))
	a := errorAnswer(fail(f.Status, code, "%s", cmp.Or(f.Message, "a fault made by the emulator")))
	if f.Body != "" {
		a.body = []byte(f.Body)
	}
	if f.RetryAfter != 0 {
		a.header = map[string]string{"retry-after": strconv.Itoa(f.RetryAfter)}
	}
	return a
}
