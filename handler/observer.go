package handler

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// observer is told of what is done for an invocation, or for one record of it.
type observer struct {
	log   *slog.Logger
	tally *tally
	trace *trace // nil: none is wanted
}

// tally counts what was asked of OCI. What is counted in that of a record is counted in that of its invocation too.
type tally struct {
	whole     *tally       // of which this is a part; nil: of none
	attempts  atomic.Int64 // of calls
	repeated  atomic.Int64 // of those, what was not the first of its call
	throttled atomic.Int64 // those that were answered 429
	took      atomic.Int64 // nanoseconds, of what goes on at the same time added up
}

// apart returns an observer that counts by itself, too.
func (o observer) apart() observer {
	o.tally = &tally{whole: o.tally}
	return o
}

func (t *tally) add(status int, took time.Duration) {
	for ; t != nil; t = t.whole {
		t.attempts.Add(1)
		t.took.Add(int64(took))
		if status == http.StatusTooManyRequests {
			t.throttled.Add(1)
		}
	}
}

// attempted is how many attempts were counted; none by nobody.
func (t *tally) attempted() int64 {
	if t == nil {
		return 0
	}
	return t.attempts.Load()
}

func (t *tally) addRepeated() {
	for ; t != nil; t = t.whole {
		t.repeated.Add(1)
	}
}

// watch begins to watch an attempt of a call; the function that it returns is told how it ended.
func (o observer) watch(ctx context.Context, request call) (ended func(answer, error)) {
	started := time.Now()
	finish := o.trace.attempt(request)
	return func(got answer, err error) {
		took := time.Since(started)
		o.tally.add(got.status, took)
		finish(got, err)
		if o.log.Enabled(ctx, slog.LevelDebug) {
			o.log.LogAttrs(ctx, slog.LevelDebug, "attempt of a call to OCI", append(request.attributes(got), milliseconds(took))...)
		}
	}
}
