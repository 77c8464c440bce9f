package oci

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Retry counts attempts and waits between them. [API.Do] uses it for calls, and the changes of invitations for writes that are refused; no
// other code repeats anything. The first attempt is counted without a call of Again or Wait.
type Retry struct {
	// Most is the maximum number of attempts.
	Most int
	// Waited is the length of the last wait.
	Waited time.Duration

	repeats  int
	pardoned int // those of repeats that do not count
	patient  bool
	last     bool // the last moment for an attempt has come
}

// patientGrowth is the number of attempts after which the waits of the patient no longer grow. They ask again after 4 s at most, so that
// nothing stays unsent although there was room in the time that it had.
const patientGrowth = 4

// PatientRetry returns a retry without a maximum of attempts, whose waits are short.
func PatientRetry() Retry { return Retry{Most: math.MaxInt, patient: true} }

// Attempt returns the number of the current attempt, from 1.
func (r *Retry) Attempt() int { return r.repeats + 1 }

// counted returns the number of attempts so far that count.
func (r *Retry) counted() int { return r.Attempt() - r.pardoned }

// Again begins another attempt without a wait. It returns false if no attempt is left.
func (r *Retry) Again() bool {
	if r.counted() >= r.Most {
		return false
	}
	r.repeats++
	return true
}

// Pardon begins another attempt without a wait. The current one does not count.
func (r *Retry) Pardon() {
	r.repeats++
	r.pardoned++
}

// Wait waits and begins another attempt. The wait is random, grows with the attempts, and is at least as long as retryAfter asks for. Wait
// returns false at once if no attempt or no time is left.
func (r *Retry) Wait(ctx context.Context, retryAfter string) bool {
	r.Waited = waitOf(r.patient, r.counted(), retryAfter)
	if last, ok := lastMoment(ctx); ok && r.patient && !r.last && r.Waited > time.Until(last) {
		r.Waited, r.last = max(0, time.Until(last)), true
	}
	if r.counted() >= r.Most || !HasTime(ctx, r.Waited) {
		return false
	}
	select {
	case <-time.After(r.Waited):
		return r.Again()
	case <-ctx.Done():
		return false
	}
}

// The waits grow exponentially. Each is a random share of its maximum, so that callers that failed together do not repeat together.
const (
	firstWait = 500 * time.Millisecond
	mostWait  = 20 * time.Second
)

// waitOf returns the wait after the number of attempts, also for the patient.
func waitOf(patient bool, made int, retryAfter string) time.Duration {
	if patient {
		made = min(made, patientGrowth)
	}
	return waitBefore(made, retryAfter)
}

// waitBefore returns the wait after the number of attempts; retryAfter is the header of that name
// (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
func waitBefore(made int, retryAfter string) time.Duration {
	return max(rand.N(min(firstWait<<min(made-1, 10), mostWait)), parseRetryAfter(retryAfter))
}

// parseRetryAfter reads seconds or an HTTP date; 0 if the text is neither. Seconds beyond 32 bits become 68 years.
func parseRetryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return time.Until(date)
	}
	return 0
}
