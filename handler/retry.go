package handler

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"sender-invitations/events"
)

// The waits between the attempts of a call grow exponentially, each a random share of what it could be, so that those
// who failed together do not come back together.
const (
	firstWait = 500 * time.Millisecond
	mostWait  = 20 * time.Second
)

// send makes the call, and makes it again while its failure may pass: up to MAX_ATTEMPTS times in all, within ctx. It is the
// only place that repeats a call because it failed; one that was refused for the state of an invitation is the business of
// [invocation.change]. Its error is the last one that OCI itself gave, or that kept it from answering: time that runs out
// over a wait, or in the middle of a later attempt, hides nothing.
func (c *connection) send(ctx context.Context, o observer, request call) (answer, error) {
	most := c.config.MaxAttempts
	if request.once {
		most = 1
	}
	leave, ok := request.pace.enter(ctx)
	if !ok {
		return answer{}, notBegun("OCI takes no more calls in the time that is left")
	}
	got, err := c.turn(ctx, o, request, leave)
	for made := 1; made < most && repeatable(got, err); made++ {
		unclear := got.unclear || request.writes() && !got.refused()
		wait := waitBefore(made, got.header.Get("retry-after"))
		if !waited(ctx, wait) {
			break
		}
		if leave, ok = request.pace.enter(ctx); !ok {
			break
		}
		o.tally.addRepeated()
		o.log.LogAttrs(ctx, slog.LevelInfo, "call to OCI repeated", append(request.attributes(got),
			slog.Int("attempt", made+1), slog.Int64("waitMs", wait.Milliseconds()), slog.String("errorCode", events.AsError(err).Code))...)
		again, fault := c.turn(ctx, o, request, leave)
		if fault != nil && again.status == 0 && ctx.Err() != nil {
			got.unclear = request.writes()
			return got, maybeDone(err, got.unclear)
		}
		got, err = again, fault
		got.unclear = unclear
	}
	return got, maybeDone(err, got.unclear && (got.refused() || errors.Is(err, errCredentials)))
}

// turn makes an attempt whose turn it is.
func (c *connection) turn(ctx context.Context, o observer, request call, leave func(answer)) (got answer, err error) {
	defer func() { leave(got) }()
	return c.attempt(ctx, o, request)
}

// repeatable reports whether the failure may pass while the invocation lasts: 429, 5xx, no answer. Credentials that
// were refused twice, or cannot be read, are for the next invocation.
func repeatable(got answer, err error) bool {
	fault := events.AsError(err)
	return fault != nil && fault.Retryable && got.status != http.StatusUnauthorized && !errors.Is(err, errCredentials)
}

// maybeDone adds to the error, if so, what its status does not tell: that another attempt had no clear answer. A 412, say,
// may then be for the change that this very request made.
func maybeDone(err error, so bool) error {
	fault := events.AsError(err)
	if fault == nil || !so {
		return err
	}
	told := *fault
	told.Message += "; another attempt of this request had no clear answer and may have taken effect"
	return &told
}

// waitBefore is how long to wait after so many attempts: what the answer asks for, if that is longer
// (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
func waitBefore(made int, retryAfter string) time.Duration {
	return max(rand.N(min(firstWait<<min(made-1, 10), mostWait)), parseRetryAfter(retryAfter))
}

// parseRetryAfter reads seconds or an HTTP date; 0 if it is neither. Seconds beyond 32 bits are the most of 32 bits: 68
// years.
func parseRetryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}

// waited waits, unless ctx leaves no time for an attempt after that, which it says at once.
func waited(ctx context.Context, wait time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline)-leastTime <= wait {
		return false
	}
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}
