package ocitest

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault describes how one request fails, or how its answer is spoiled. The zero
// value is no fault. Delay, Reset, Status and DropAnswer apply in this order. After
// Reset or Status, the later ones do not apply. Body, Empty and Header spoil the
// answer: that of Status, or that of an operation that succeeds.
//
// The client of net/http repeats a GET by itself if a reused connection is cut.
type Fault struct {
	// Delay is the real time to wait before anything else. If the client leaves
	// meanwhile, the request has no effect.
	Delay time.Duration

	// Reset cuts the connection. The request has no effect.
	Reset bool

	// Status, if not 0, answers with an error. The request has no effect. Code
	// defaults to the status text without spaces ("TooManyRequests"), Message to
	// a text that says that the emulator made the fault. RetryAfter, if not 0,
	// is the header retry-after, in seconds.
	Status     int
	Code       string
	Message    string
	RetryAfter int

	// DropAnswer cuts the connection after the operation has taken effect.
	DropAnswer bool

	// RefuseEntries are the places, from 0, of the entries of a PutMessages that the
	// stream does not take, with Code (default "TooManyRequests") and Message. The
	// answer is 200, even if all entries are refused.
	RefuseEntries []int

	// Body, if not "", replaces the body of the answer, for example with the HTML
	// of a proxy. Empty removes the body. Without Status, the operation has taken
	// effect all the same.
	Body  string
	Empty bool

	// Header replaces headers of the answer. A header that is "" is removed.
	Header map[string]string
}

// fault returns the fault of one request. It lets s.Fault read the body.
func (s *Server) fault(r *http.Request, body []byte) Fault {
	if s.Fault == nil {
		return Fault{}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return s.Fault(r)
}

// wait waits for the fault's delay and reports whether the client is still there.
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

// answer returns the answer of a fault that has a Status.
func (f Fault) answer() answer {
	code := cmp.Or(f.Code, strings.ReplaceAll(http.StatusText(f.Status), " ", ""))
	a := errorAnswer(fail(f.Status, code, "%s", f.message()))
	if f.RetryAfter != 0 {
		a.header = map[string]string{"retry-after": strconv.Itoa(f.RetryAfter)}
	}
	return a
}

func (f Fault) message() string {
	return cmp.Or(f.Message, "a fault made by the emulator")
}

// refuses returns how the fault refuses the entry in this place. It returns nil if
// the fault does not.
func (f Fault) refuses(place int) error {
	if !slices.Contains(f.RefuseEntries, place) {
		return nil
	}
	return fail(http.StatusOK, cmp.Or(f.Code, tooMany), "%s", f.message())
}

// spoil returns the answer as the fault spoils it. It leaves a as it is, for that
// may be stored under a retry token.
func (f Fault) spoil(a answer) answer {
	switch {
	case f.Empty:
		a.body = nil
	case f.Body != "":
		a.body = []byte(f.Body)
	}
	if len(f.Header) == 0 {
		return a
	}
	header := maps.Clone(a.header)
	if header == nil {
		header = map[string]string{}
	}
	for name, value := range f.Header {
		header[strings.ToLower(name)] = value // as the emulator writes its own
	}
	a.header = header
	return a
}
