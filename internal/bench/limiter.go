package main

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"sender-invitations/internal/ocitest"
)

// limiter refuses calls to Organizations past a rate with 429: a bucket of tokens that fills steadily, of which each call
// that is admitted takes one.
type limiter struct {
	rate, burst float64 // per second, and at most at once
	retryAfter  int     // in seconds; 0: the answer does not say, as OCI documents none

	mu      sync.Mutex
	tokens  float64
	filled  time.Time // when the tokens were counted; zero before the first call
	arrived []arrival
}

// arrival is one call.
type arrival struct {
	at      time.Time
	refused bool
}

// fault is what the emulated OCI asks for each call.
func (l *limiter) fault(r *http.Request) ocitest.Fault {
	if strings.HasPrefix(r.URL.Path, "/20230401/") && !l.admit(time.Now()) {
		return ocitest.Fault{Status: http.StatusTooManyRequests, RetryAfter: l.retryAfter}
	}
	return ocitest.Fault{}
}

// admit takes a token for a call that comes now, if there is one.
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

// counts are the calls that were admitted, and of those that came later than a second after the first, the share that was
// refused.
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
