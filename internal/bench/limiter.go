package main

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"sender-invitations/internal/ocitest"
)

// limiter is a token bucket that refuses calls to Organizations above a rate with 429.
type limiter struct {
	rate, burst float64 // tokens per second, and the bucket's size
	retryAfter  int     // in seconds; 0: no retry-after, for OCI documents none

	mu      sync.Mutex
	tokens  float64
	filled  time.Time // time of the last update of tokens; zero before the first call
	arrived []arrival
}

// arrival is one call.
type arrival struct {
	at      time.Time
	refused bool
}

// fault is the Fault of the emulated OCI.
func (l *limiter) fault(r *http.Request) ocitest.Fault {
	if strings.HasPrefix(r.URL.Path, "/20230401/") && !l.admit(time.Now()) {
		return ocitest.Fault{Status: http.StatusTooManyRequests, RetryAfter: l.retryAfter}
	}
	return ocitest.Fault{}
}

// admit takes a token for a call, and reports whether there was one.
func (l *limiter) admit(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.filled.IsZero() {
		l.tokens, l.filled = l.burst, now
	}
	l.tokens = min(l.burst, l.tokens+l.rate*now.Sub(l.filled).Seconds())
	l.filled = now
	admitted := l.tokens >= 1
	if admitted {
		l.tokens--
	}
	l.arrived = append(l.arrived, arrival{now, !admitted})
	return admitted
}

// counts returns the number of admitted calls, and the share of refused calls among those that came more than a second after
// the first.
func (l *limiter) counts() (admitted int, refusedShare float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	later, refused := 0, 0
	for _, a := range l.arrived {
		if !a.refused {
			admitted++
		}
		if a.at.Sub(l.arrived[0].at) > time.Second {
			later++
			if a.refused {
				refused++
			}
		}
	}
	return admitted, float64(refused) / float64(max(later, 1))
}
