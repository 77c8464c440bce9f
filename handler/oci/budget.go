package oci

import (
	"context"
	"net/http"
	"time"

	"sender-invitations/events"
)

// Budget is the time that an invocation has.
type Budget struct {
	// Work is the time by which the commands must be carried out, Publish the time by which their results must be published.
	Work, Publish time.Time
}

// usualTimeout is the deadline of an invocation for which the platform sets none: the default of OCI Functions.
const usualTimeout = 30 * time.Second

// leastTime is the time that an attempt of a call needs at least.
const leastTime = 300 * time.Millisecond

// NewBudget divides the time until the deadline of ctx. A reserve is kept for publishing and for the answer: a second, or a quarter
// of the time if that is less. The last quarter of the reserve is for the answer.
//
// The platform cuts its deadline (Fn-Deadline) to the second, so up to a second is left when it has passed: enough for one attempt.
func NewBudget(ctx context.Context) Budget {
	deadline, ok := ctx.Deadline()
	switch {
	case !ok:
		deadline = time.Now().Add(usualTimeout)
	case time.Until(deadline) < leastTime:
		deadline = time.Now().Add(2 * leastTime)
	}
	reserve := min(time.Second, time.Until(deadline)/4)
	return Budget{Work: deadline.Add(-reserve), Publish: deadline.Add(-reserve / 4)}
}

// Contexts returns the contexts of the work and of publishing. Neither is cancelled if the caller goes away: a command that has begun is
// completed, and its result is published.
func (b Budget) Contexts(parent context.Context) (work, publish context.Context, cancel context.CancelFunc) {
	publish, cancelPublish := context.WithDeadline(context.WithoutCancel(parent), b.Publish)
	work, cancelWork := context.WithDeadline(publish, b.Work)
	return work, publish, func() { cancelWork(); cancelPublish() }
}

// Quarters returns a context with so many quarters of the time that ctx leaves, so that the rest is left for other work.
func Quarters(ctx context.Context, count time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, count*time.Until(deadline)/4)
}

// HasTime reports whether ctx leaves time for an attempt after the wait. It is the only check of a deadline before work.
func HasTime(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() == nil && (!ok || time.Until(deadline)-leastTime > wait)
}

// lastMoment returns the last moment at which ctx leaves time for an attempt; false if ctx has no deadline.
func lastMoment(ctx context.Context) (time.Time, bool) {
	const slack = 10 * time.Millisecond // for a timer that is late
	deadline, ok := ctx.Deadline()
	return deadline.Add(-leastTime - slack), ok
}

// NotBegun returns the error of work that was not begun. It is retryable.
func NotBegun(why string) *events.Error {
	return events.NewError(http.StatusServiceUnavailable, "ServiceUnavailable", "not begun: "+why)
}
