package oci

import (
	"context"
	"sync"
	"time"
)

// Pace limits how many calls are under way at a time: those of the records of a list, or those that publish to one destination. The limit
// is CONCURRENCY until OCI refuses calls because there are too many. Each refusal lowers the limit by one, and no call begins until the
// wait that OCI asks for is over. The limit rises by one each time that as many calls as the limit have passed. For a while it stays below
// the limit at which OCI refused calls, for another refusal would cost the same wait.
//
// A nil Pace has no limit. That of a single record is nil, for it makes one call at a time and waits between its own attempts.
type Pace struct {
	most    int // CONCURRENCY
	patient bool

	mu        sync.Mutex
	changed   chan struct{} // closed when a waiting call may be able to begin
	underWay  int
	limit     int       // the maximum of underWay
	passed    int       // calls since the limit was set
	round     int       // number of refusals; those of calls that were under way together count as one
	refusals  int       // number of refusals since a call passed, counted likewise
	heldUntil time.Time // no call begins before it
	asked     time.Time // OCI asked to begin no call before it
	refused   time.Time // the last refusal
	ceiling   int       // the maximum of limit until waryUntil
	waryUntil time.Time
}

// waryFor is how long the limit stays below the ceiling, in multiples of the wait that the refusal cost.
const waryFor = 20

// leastHold is the shortest time that calls are held back. The calls under way need it to end; otherwise the next ones would be refused
// because of them.
const leastHold = firstWait / 2

// NewPace returns a pace that allows at most that many calls at a time.
func NewPace(most int) *Pace {
	return &Pace{most: most, limit: most, ceiling: most, changed: make(chan struct{})}
}

// NewPatientPace returns a pace for calls that must not be lost. A call that OCI refuses because there are too many is repeated as soon as
// the pace allows it, until its time is over; such attempts do not count towards MAX_ATTEMPTS. At least one attempt is made, for a pace that
// is kept for many invocations can outlast one.
func NewPatientPace(most int) *Pace {
	p := NewPace(most)
	p.patient = true
	return p
}

// pardons reports whether the refused call is repeated without counting the attempt.
func (p *Pace) pardons(got Answer) bool { return p != nil && p.patient && got.Throttled() }

// enter waits until the attempt may begin. The caller must call leave when the attempt ends. If the wait would be longer than the time that
// is left, enter returns false at once; but the first attempt of a patient pace may begin.
func (p *Pace) enter(ctx context.Context, attempt int) (leave func(Answer), ok bool) {
	if p == nil {
		return func(Answer) {}, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		held := p.held(ctx, attempt)
		if held <= 0 && p.underWay < p.limit {
			p.underWay++
			round := p.round
			return func(got Answer) { p.leave(round, got) }, true
		}
		if held > 0 && !HasTime(ctx, held) || !p.waits(ctx, held) {
			return nil, false
		}
	}
}

// held returns how long the attempt is held back. A patient attempt is held back no longer than to the last moment at which it can be made,
// unless OCI asked for more, or refused a call in that moment. But a first attempt is always made.
func (p *Pace) held(ctx context.Context, attempt int) time.Duration {
	held, now := time.Until(p.heldUntil), time.Now()
	last, ends := lastMoment(ctx)
	switch {
	case !p.patient || !ends || !p.heldUntil.After(last):
		return held
	case attempt == 1 && (p.asked.After(last) || now.After(last)):
		return 0
	case p.asked.After(last) || !p.refused.Before(last):
		return held
	}
	return max(0, last.Sub(now))
}

// waits releases the lock while it waits for a change. It returns false if ctx has ended.
func (p *Pace) waits(ctx context.Context, held time.Duration) bool {
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

// leave ends a call that began in the round.
func (p *Pace) leave(round int, got Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	switch {
	case got.Throttled():
		p.slowDown(round, got.Header.Get("retry-after"))
	case round == p.round && got.Status > 0 && got.Status < 500:
		p.speedUp()
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// slowDown holds all calls back. Refusals of calls that were under way together count as one, but each lowers the limit.
func (p *Pace) slowDown(round int, retryAfter string) {
	wait := parseRetryAfter(retryAfter)
	p.refused = time.Now()
	p.asked = p.refused.Add(wait)
	if round == p.round {
		if p.refusals == 0 { // else the number of calls is not the cause
			p.ceiling = max(1, p.limit-1)
		}
		p.round, p.refusals, p.passed = p.round+1, p.refusals+1, 0
		wait = max(waitOf(p.patient, p.refusals, retryAfter), leastHold)
		p.waryUntil = time.Now().Add(waryFor * wait)
	}
	p.limit = max(1, p.limit-1)
	if until := time.Now().Add(wait); until.After(p.heldUntil) {
		p.heldUntil = until
	}
}

// speedUp raises the limit by one once as many calls as the limit have passed.
func (p *Pace) speedUp() {
	p.passed, p.refusals = p.passed+1, 0
	most := p.most
	if time.Now().Before(p.waryUntil) {
		most = p.ceiling
	}
	if p.passed >= p.limit && p.limit < most {
		p.limit, p.passed = p.limit+1, 0
	}
}
