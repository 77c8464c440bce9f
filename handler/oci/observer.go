package oci

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/private"
	"sender-invitations/handler/trace"
)

// Observer logs, counts and traces the calls of one invocation, or of one of its records.
type Observer struct {
	Log   *slog.Logger
	Tally *Tally
	// Trace is nil if tracing is off.
	Trace *trace.Trace
	// RequestID is the opc-request-id of the calls that have none of their own.
	RequestID string
}

// Tally counts calls to OCI. The tally of a record counts into the tally of its invocation too.
type Tally struct {
	invocation *Tally // nil: this is the invocation's tally

	Attempts  atomic.Int64 // of calls
	Repeated  atomic.Int64 // attempts after the first one of a call
	Throttled atomic.Int64 // attempts that were answered 429
	Took      atomic.Int64 // nanoseconds; the times of simultaneous calls are added up
}

// Apart returns an observer with a tally of its own, which also counts into that of o.
func (o Observer) Apart() Observer {
	o.Tally = &Tally{invocation: o.Tally}
	return o
}

// Identify returns the header with an opc-request-id: its own, else RequestID. By it the call can be found in Oracle's logs as in the
// function's. It does not change the header that it is given.
func (o Observer) Identify(header http.Header) http.Header {
	if o.RequestID == "" || header.Get("opc-request-id") != "" {
		return header
	}
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("opc-request-id", o.RequestID)
	return header
}

func (t *Tally) count(status int, took time.Duration) {
	for ; t != nil; t = t.invocation {
		t.Attempts.Add(1)
		t.Took.Add(int64(took))
		if status == http.StatusTooManyRequests {
			t.Throttled.Add(1)
		}
	}
}

func (t *Tally) countRepeated() {
	for ; t != nil; t = t.invocation {
		t.Repeated.Add(1)
	}
}

// watch begins to observe an attempt. The returned function ends it.
func (o Observer) watch(ctx context.Context, service string, call Call) func(Answer, error) {
	started := time.Now()
	ended := o.Trace.Call(service, call.API, call.Method)
	return func(got Answer, err error) {
		took := time.Since(started)
		o.Tally.count(got.Status, took)
		code := ""
		if fault := events.AsError(err); fault != nil {
			code = fault.Code
		}
		ended(got.Status, code, private.Text(got.RequestID()))
		if o.Log.Enabled(ctx, slog.LevelDebug) {
			o.Log.LogAttrs(ctx, slog.LevelDebug, "attempt of a call to OCI", append(call.LogAttrs(got), Milliseconds("durationMs", took))...)
		}
	}
}

// Milliseconds returns a duration as a log attribute.
func Milliseconds(name string, duration time.Duration) slog.Attr {
	return slog.Float64(name, float64(duration.Microseconds())/1000)
}
