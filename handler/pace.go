package handler

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// pace is how many calls to Organizations the records of a list have under way at a time: CONCURRENCY, until OCI refuses
// some because they are too many. Then nobody calls until the wait that it asks for is over; after that as many do as were
// not refused, and one more each time that all of those have passed. It stays below the number that was refused for a good
// while, for to try that again may cost the same wait. Nil is that of a record by itself, which has but one call at a time,
// and waits between its own attempts.
type pace struct {
	most int // CONCURRENCY

	mu        sync.Mutex
	changed   chan struct{} // closed when one who waits may have its turn
	underWay  int
	limit     int       // the most that may be under way
	passed    int       // calls since the limit was set
	round     int       // how often calls were refused, those that were under way together counted once
	refusals  int       // of those, how many there were since a call passed
	heldUntil time.Time // before it no call begins
	ceiling   int       // the most that the limit may be before waryUntil
	waryUntil time.Time
}

// waryFor is for how many of the waits that a refusal has cost the limit stays below the number that was refused.
const waryFor = 20

// leastHold is how long calls are held back at least, so that those that are under way can end: else the next ones would be
// refused because of them.
const leastHold = firstWait / 2

func newPace(most int) *pace {
	return &pace{most: most, limit: most, ceiling: most, changed: make(chan struct{})}
}

// enter waits until it is the turn of a call, whose end is to be told to leave. It says at once if there is no time left for
// that.
func (p *pace) enter(ctx context.Context) (leave func(answer), ok bool) {
	if p == nil {
		return func(answer) {}, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		held := time.Until(p.heldUntil)
		if held <= 0 && p.underWay < p.limit {
			p.underWay++
			round := p.round
			return func(got answer) { p.leave(round, got) }, true
		}
		if deadline, ok := ctx.Deadline(); ok && held > 0 && time.Until(deadline)-leastTime <= held || !p.waits(ctx, held) {
			return nil, false
		}
	}
}

// waits waits, with the lock given away, until something has changed. It reports whether ctx has not ended.
func (p *pace) waits(ctx context.Context, held time.Duration) bool {
	changed, over := p.changed, (<-chan time.Time)(nil)
	if held > 0 {
		over = time.After(held)
	}
	p.mu.Unlock()
	defer p.mu.Lock()
	select {
	case <-changed:
	case <-over:
	case <-ctx.Done():
		return false
	}
	return true
}

// leave takes in how a call ended that began in that round.
func (p *pace) leave(round int, got answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	switch asked := got.header.Get("retry-after"); {
	case got.status == http.StatusTooManyRequests, got.status == http.StatusServiceUnavailable && asked != "":
		p.slowDown(round, asked)
	case round == p.round && got.status > 0 && got.status < 500:
		p.speedUp()
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// slowDown holds all calls back. Refusals of calls that were under way together are one, but for their number.
func (p *pace) slowDown(round int, retryAfter string) {
	wait := parseRetryAfter(retryAfter)
	if round == p.round {
		if p.refusals == 0 { // else it is not for their number
			p.ceiling = max(1, p.limit-1)
		}
		p.round, p.refusals, p.passed = p.round+1, p.refusals+1, 0
		wait = max(waitBefore(p.refusals, retryAfter), leastHold)
		p.waryUntil = time.Now().Add(waryFor * wait)
	}
	p.limit = max(1, p.limit-1)
	if until := time.Now().Add(wait); until.After(p.heldUntil) {
		p.heldUntil = until
	}
}

// speedUp lets one more call be under way once as many as may be have passed.
func (p *pace) speedUp() {
	p.passed, p.refusals = p.passed+1, 0
	most := p.most
	if time.Now().Before(p.waryUntil) {
		most = p.ceiling
	}
	if p.passed >= p.limit && p.limit < most {
		p.limit, p.passed = p.limit+1, 0
	}
}
