package oci

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Retry counts the attempts of one thing and waits between them. Nothing else does: the calls of [API.Do] ask it, and the changes that
// are refused for the state of an invitation. The first attempt is made without asking.
type Retry struct {
	// Most is the most attempts.
	Most int
	// Waited is the last wait.
	Waited time.Duration

	repeats int
}

// Attempt returns the number of the attempt that is under way, from 1.
func (r *Retry) Attempt() int { return r.repeats + 1 }

// Again begins another attempt without a wait. It returns false if no attempt is left.
func (r *Retry) Again() bool {
	if r.Attempt() >= r.Most {
		return false
	}
	r.repeats++
	return true
}

// Wait waits and begins another attempt. The wait is random and grows with the attempts; it is at least what retryAfter asks for. Wait
// returns false at once if no attempt or no time is left.
func (r *Retry) Wait(ctx context.Context, retryAfter string) bool {
	r.Waited = waitBefore(r.Attempt(), retryAfter)
	if r.Attempt() >= r.Most || !HasTime(ctx, r.Waited) {
		return false
	}
	select {
	case <-time.After(r.Waited):
		return r.Again()
	case <-ctx.Done():
		return false
	}
}

// The waits grow exponentially. Each is a random share of the longest wait, so that callers that failed together do not come back
// together.
const (
	firstWait = 500 * time.Millisecond
	mostWait  = 20 * time.Second
)

// waitBefore returns the wait after so many attempts; retryAfter is the header of that name (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
func waitBefore(made int, retryAfter string) time.Duration {
	return max(rand.N(min(firstWait<<min(made-1, 10), mostWait)), parseRetryAfter(retryAfter))
}

// parseRetryAfter reads seconds or an HTTP date; 0 if the text is neither. More than 32 bits of seconds, 68 years, become 68 years.
func parseRetryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}
