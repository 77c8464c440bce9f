package oci

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sender-invitations/handler/parallel"
)

// throttle is a service that answers after a latency, and refuses some calls as they arrive.
type throttle struct {
	latency    time.Duration
	retryAfter string
	takes      func(underWay int) bool // reports whether the service accepts one more call; called with mu held

	mu       sync.Mutex
	underWay int
	refused  []time.Time
}

func (s *throttle) answer() Answer {
	s.mu.Lock()
	taken := s.takes(s.underWay)
	if s.underWay++; !taken {
		s.refused = append(s.refused, time.Now())
	}
	s.mu.Unlock()
	time.Sleep(s.latency)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay--
	if taken {
		return Answer{Status: http.StatusOK}
	}
	return Answer{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {s.retryAfter}}}
}

// bucket returns a token bucket: it accepts rate calls a second, and room calls at once.
func bucket(rate, room float64) func(int) bool {
	tokens, at := room, time.Now()
	return func(int) bool {
		tokens, at = min(room, tokens+rate*time.Since(at).Seconds()), time.Now()
		if tokens < 1 {
			return false
		}
		tokens--
		return true
	}
}

// play makes the calls with the workers. Each call is repeated until it is accepted. It returns the whole time.
func (s *throttle) play(ctx context.Context, calls, workers int) (took time.Duration, failed int64) {
	return s.playAt(ctx, NewPace(workers), calls, workers)
}

func (s *throttle) playAt(ctx context.Context, p *Pace, calls, workers int) (took time.Duration, failed int64) {
	started := time.Now()
	var failures atomic.Int64
	parallel.Each(calls, workers, func(int) {
		retry := Retry{Most: 5}
		for {
			leave, ok := p.enter(ctx, retry.Attempt())
			if !ok {
				failures.Add(1)
				return
			}
			got := s.answer()
			leave(got)
			if got.Status == http.StatusOK {
				return
			}
			if !(Call{Pace: p}).again(ctx, &retry, got) {
				failures.Add(1)
				return
			}
		}
	})
	return time.Since(started), failures.Load()
}

// The calls come near to the capacity of a service, whatever it is, and after the start few are refused.
func TestPace(t *testing.T) {
	const calls, latency = 1000, 50 * time.Millisecond
	for name, c := range map[string]struct {
		takes      func() func(int) bool
		retryAfter string
		workers    int
		best       int // the ideal number of calls at a time
		within     float64
	}{
		"everything":           {func() func(int) bool { return func(int) bool { return true } }, "", 8, 8, 1},
		"150 a second":         {func() func(int) bool { return bucket(150, 10) }, "1", 8, 8, 1.32}, // one wait is a sixth of the time
		"150, with more room":  {func() func(int) bool { return bucket(150, 150) }, "1", 8, 8, 1.3},
		"150, no retry-after":  {func() func(int) bool { return bucket(150, 10) }, "", 8, 8, 1.3},
		"five at once":         {func() func(int) bool { return func(underWay int) bool { return underWay < 5 } }, "1", 8, 5, 1.3},
		"five at once of many": {func() func(int) bool { return func(underWay int) bool { return underWay < 5 } }, "", 64, 5, 1.5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &throttle{latency: latency, retryAfter: c.retryAfter, takes: c.takes()}
				started := time.Now()
				took, failed := s.play(t.Context(), calls, c.workers)
				ideal, late := latency*calls/time.Duration(c.best), 0
				for _, at := range s.refused {
					if at.Sub(started) > time.Second {
						late++
					}
				}
				told := fmt.Sprintf("%v, %.2f of the ideal; %d calls refused, %d of them late", took, float64(took)/float64(ideal), len(s.refused), late)
				t.Log(told)
				if failed > 0 || float64(took) > c.within*float64(ideal) || late > calls/20 {
					t.Errorf("%d failed; %s", failed, told)
				}
			})
		})
	}
}

// A refusal holds back all calls of the invocation until the wait that it asks for is over. Calls that were under way then do not change
// that.
func TestPaceHoldsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := NewPace(8), make(chan time.Duration, 8)
		var leaves []func(Answer)
		for range 8 {
			leave, _ := p.enter(t.Context(), 1)
			leaves = append(leaves, leave)
		}
		started := time.Now()
		var waiting sync.WaitGroup
		for range 8 {
			waiting.Go(func() {
				leave, ok := p.enter(t.Context(), 1)
				if began <- time.Since(started); !ok {
					t.Error("enter returns false")
				}
				leave(Answer{Status: http.StatusOK})
			})
		}
		synctest.Wait()
		refused := Answer{Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"3"}}}
		for _, leave := range leaves[:3] {
			leave(refused)
		}
		for _, leave := range leaves[3:] {
			leave(Answer{Status: http.StatusOK})
		}
		waiting.Wait()
		for range 8 {
			if at := <-began; at != 3*time.Second {
				t.Errorf("a call began after %v, want 3s", at)
			}
		}
		if p.limit != 6 || p.ceiling != 7 || p.round != 1 { // five after the refusals, and one more since
			t.Errorf("limit %d, ceiling %d, round %d", p.limit, p.ceiling, p.round)
		}
	})
}

// enter returns false as soon as the wait would be longer than the time that is left, also during a wait.
func TestPaceWithoutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		p, started := NewPace(1), time.Now()
		leave, _ := p.enter(ctx, 1)
		var waiting sync.WaitGroup
		waiting.Go(func() {
			if _, ok := p.enter(ctx, 1); ok || time.Since(started) != time.Second {
				t.Errorf("%v after %v", ok, time.Since(started))
			}
		})
		time.Sleep(time.Second)
		leave(Answer{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}})
		waiting.Wait()
		if _, ok := p.enter(ctx, 1); ok || time.Since(started) != time.Second {
			t.Errorf("%v after %v", ok, time.Since(started))
		}
		p = NewPace(1)
		p.enter(ctx, 1) // this call never leaves
		if _, ok := p.enter(ctx, 1); ok || time.Since(started) != 10*time.Second {
			t.Errorf("%v after %v", ok, time.Since(started))
		}
	})
}

// A service that refuses all calls for a while does not lower the limit for long: afterwards as many calls as before are soon under way.
func TestPaceAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		s := &throttle{latency: 50 * time.Millisecond, retryAfter: "1", takes: func(int) bool { return time.Since(started) > 3*time.Second }}
		if took, failed := s.play(t.Context(), 1000, 8); failed > 0 || took > 12*time.Second || len(s.refused) > 20 {
			t.Errorf("took %v, %d refused, %d failed", took, len(s.refused), failed)
		}
	})
}

// Messages at a patient pace all reach a topic that takes 60 a minute, in at most three times the time that the topic needs, with other traffic
// on it and from a full minute on. The topic refuses some calls for each message, not hundreds.
func TestPatientPace(t *testing.T) {
	const messages, workers = 30, 8
	for name, c := range map[string]struct {
		takes      func() func(int) bool
		retryAfter string
		within     time.Duration
		refused    int
	}{
		"room":                    {func() func(int) bool { return bucket(1, 60) }, "", 2 * time.Second, 0},
		"one a second":            {func() func(int) bool { return bucket(1, 1) }, "", 80 * time.Second, 150},
		"one a second, asks":      {func() func(int) bool { return bucket(1, 1) }, "1", 60 * time.Second, 60},
		"40 a minute, and none":   {func() func(int) bool { return window(40, 40) }, "", 90 * time.Second, 100},
		"40 a minute, ten left":   {func() func(int) bool { return window(40, 30) }, "", 90 * time.Second, 100},
		"a minute without answer": {func() func(int) bool { return window(40, 40) }, "30", 95 * time.Second, 60},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				s := &throttle{latency: 50 * time.Millisecond, retryAfter: c.retryAfter, takes: c.takes()}
				took, failed := s.playAt(ctx, NewPatientPace(workers), messages, workers)
				t.Logf("%v, %d refused", took, len(s.refused))
				if failed > 0 || took > c.within || len(s.refused) > c.refused {
					t.Errorf("%v, %d failed, %d refused", took, failed, len(s.refused))
				}
			})
		})
	}
}

// window returns a limit of that many calls in any minute, of which some are used up already.
func window(most, used int) func(int) bool {
	var taken []time.Time
	for range used {
		taken = append(taken, time.Now())
	}
	return func(int) bool {
		for len(taken) > 0 && time.Since(taken[0]) >= time.Minute {
			taken = taken[1:]
		}
		if len(taken) >= most {
			return false
		}
		taken = append(taken, time.Now())
		return true
	}
}

// A patient pace ends a call when its time is over, and counts only other failures.
func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		started := time.Now()
		s := &throttle{latency: 50 * time.Millisecond, takes: func(int) bool { return false }}
		if took, failed := s.playAt(ctx, NewPatientPace(8), 30, 8); failed != 30 || took > time.Minute+s.latency || took < 55*time.Second {
			t.Errorf("%d failed after %v", failed, took)
		}
		retry, call := Retry{Most: 2}, Call{Pace: NewPatientPace(1)}
		refused, broken := Answer{Status: http.StatusTooManyRequests}, Answer{Status: http.StatusInternalServerError}
		if time.Since(started) > time.Minute+s.latency || !call.again(t.Context(), &retry, refused) || !call.again(t.Context(), &retry, broken) ||
			!call.again(t.Context(), &retry, refused) || call.again(t.Context(), &retry, broken) || retry.Attempt() != 4 {
			t.Errorf("%d attempts", retry.Attempt())
		}
	})
}

// A pace that is held for longer than a later call has time still allows that call's first attempt.
func TestPatienceTriesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		p, asks := NewPatientPace(1), Answer{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}}
		leave, _ := p.enter(ctx, 1)
		leave(asks)
		for range 2 {
			leave, ok := p.enter(ctx, 1)
			if !ok {
				t.Fatal("no attempt is made")
			}
			leave(asks)
		}
		if _, ok := p.enter(ctx, 2); ok {
			t.Error("a second attempt is made before the time that OCI asks for")
		}
	})
}

// The patient use the time that they have: a wait of their own is cut so that one more attempt can be made, and only OCI's wish to wait longer
// ends a call early.
func TestPatienceUsesItsTime(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			started := time.Now()
			opens := func(int) bool { return time.Since(started) > 4600*time.Millisecond }
			for _, workers := range []int{1, 8} {
				s := &throttle{takes: opens}
				if took, failed := s.playAt(ctx, NewPatientPace(workers), workers, workers); failed > 0 || len(s.refused) > 15*workers {
					t.Errorf("%d of %d gave up after %v of 5s, %d refused", failed, workers, took, len(s.refused))
				}
			}
		})
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			s := &throttle{takes: func(int) bool { return false }}
			if took, _ := s.playAt(ctx, NewPatientPace(8), 8, 8); took > 5*time.Second || len(s.refused) > 80 {
				t.Errorf("%d refused in %v", len(s.refused), took)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			started, retry := time.Now(), PatientRetry()
			for retry.Wait(ctx, "") {
			}
			if took := time.Since(started); took < 4600*time.Millisecond || took > 5*time.Second || retry.Attempt() > 20 {
				t.Errorf("gave up after %v of 5s, and %d attempts", took, retry.Attempt())
			}
			s := &throttle{retryAfter: "10", takes: func(int) bool { return false }}
			ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if took, _ := s.playAt(ctx, NewPatientPace(1), 1, 1); took > time.Second {
				t.Errorf("waited %v for nothing", took)
			}
		})
	}
}
