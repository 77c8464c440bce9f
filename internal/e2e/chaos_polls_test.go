package e2e

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

var chaosPolls = flag.Int("chaos.polls", 60, "number of polls while OCI fails")

// The sizes of the test of polls. The service forgets a retry token after 24 hours, and no invocation lasts so long: so while polls are
// under way the clock is put forward by less, and the rest of a period passes while there are none. After three periods an invitation is
// expiring, after four it has expired.
const (
	day = 24 * time.Hour

	pollers  = 12            // polls and deliveries under way at a time
	lifetime = 30 * day      // of an invitation
	soon     = 3 * day       // the time before an invitation's end in which it is told as expiring
	period   = 19 * day / 2  // from one storm to the next
	leap     = 6 * time.Hour // by which the clock is put forward during a storm, leaps times
	leaps    = 3             // together less than 24 hours
	resends  = 1             // in a row
)

// polling is a test of polls.
type polling struct {
	*scenario
	faults *chaosFaults
	log    *chaosLog
	random *rand.Rand // only one goroutine uses it

	calm    atomic.Bool
	blow    atomic.Pointer[blow] // nil if there is none
	strikes atomic.Int64         // attempts that the blow struck
	again   atomic.Int64         // attempts in storms to send an invitation again

	inviting   sync.Mutex
	mu         sync.Mutex
	ahead      time.Duration // of the service's clock
	recipients int           // so far
	counted    pollCounts

	read      int // how many of the messages are in published
	published []publishedAt
}

// pollCounts counts what the polls answered, and what else happened.
type pollCounts struct{ asked, answered, more, blows, late, failedCancels, tries int }

// TestChaosPolls polls again and again, side by side, while attempts at OCI get faults, processes are killed in the middle of a poll, and
// invitations are made, accepted, canceled, fail and expire. It then checks the records of the emulated OCI: each change was told, nothing
// else was, and each expired invitation was sent again once.
//
// Before each storm, in which all this happens at once, one poll alone is killed or fails: no other covers up what it does wrong. After each
// storm there is a calm, in which nothing fails.
func TestChaosPolls(t *testing.T) {
	if testing.Short() {
		t.Skip("chaos takes half a minute")
	}
	if *chaosPolls < 1 || *chaosKills < 0 {
		t.Fatal("chaos needs at least one poll, and a number of kills that is not negative")
	}
	newPolling(t).play(t)
}

func newPolling(t *testing.T) *polling {
	p := &polling{log: &chaosLog{t: t}, random: rand.New(rand.NewPCG(*chaosSeed, 1))}
	oci := &ocitest.Server{Step: 2 * time.Second, PageSize: 5 + *chaosPolls/200, EmptyPages: true, TopicMessages: 12, TopicWindow: 2 * time.Second}
	oci.Fault = func(r *http.Request) ocitest.Fault { return p.fault(r) }
	p.scenario = newScenarioOn(t, oci, fmt.Sprintf("TIMEOUT=3s LOG_LEVEL=error MAX_ATTEMPTS=4 RESEND_EXPIRED=%d EXPIRING_DAYS=%d", resends, soon/day))
	p.host.MaxProcesses, p.host.Stderr = pollers, p.log
	p.faults = &chaosFaults{scenario: p.scenario, seed: *chaosSeed, share: 0.08, ofMessages: chaosMix,
		kills: *chaosKills, between: max(1, 20**chaosPolls/max(1, *chaosKills)), kinds: map[string]int{}, victims: map[string]bool{}}
	p.calm.Store(true)
	return p
}

// play plays storms and calms, for long enough that an invitation and the one that was sent in its place expire.
func (p *polling) play(t *testing.T) {
	started := time.Now()
	for age := lifetime; age > 0; age -= period {
		p.populate(t)
		p.advance(t, period)
	}
	periods := min(max(5, *chaosPolls/40), 25)
	for number := range periods {
		p.strike(t, blows[number%len(blows)])
		p.storm(t, max(1, *chaosPolls/periods))
		p.wait(t)
		p.advance(t, period-leaps*leap)
	}
	p.wait(t)
	found := p.check(t)
	p.log.reset()
	quit := p.host.Quit()
	if working(p.log.String()) {
		t.Errorf("goroutines are left in idle processes:\n%s", p.log)
	}
	c := p.counted
	t.Logf("seed %d, %.0f s: %d polls in storms, %d answered, %d of them with more\n%s\n%d blows to polls alone, %d kills in storms, %d rotations of credentials, %d processes at the end\n%d messages taken, %d kept out by a limit, at most %d deliveries of one command, %d cancellations failed\n%s",
		*chaosSeed, time.Since(started).Seconds(), c.asked, c.answered, c.more, p.faults, c.blows, p.faults.killed, p.faults.rotations, quit,
		len(p.oci.Messages()), p.oci.Refused(), c.tries, c.failedCancels, found)
	p.checkEnough(t, found)
}

// advance puts the service's clock forward.
func (p *polling) advance(t *testing.T, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.oci.Advance(d); err != nil {
		t.Error(err)
	}
	p.ahead += d
}

// now returns the time by the service's clock.
func (p *polling) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead)
}

// storm polls as often as polls says, while attempts at OCI fail and the invitations change.
func (p *polling) storm(t *testing.T, polls int) {
	p.calm.Store(false)
	defer p.calm.Store(true)
	waiting, finish := sideBySide(pollers)
	defer finish()
	changes := p.changes(t)
	for left := polls; left > 0; left-- {
		for range (len(changes) + left - 1) / left {
			waiting <- changes[0]
			changes = changes[1:]
		}
		waiting <- func() { p.poll(t, true) }
	}
}

// wait polls in a calm until everything is told that can be marked as told. What is expiring then must have been told.
func (p *polling) wait(t *testing.T) {
	p.advance(t, time.Minute) // lets every work request end
	var near []ocitest.Invitation
	for _, one := range p.oci.Invitations() {
		left := endOf(one).Sub(p.now())
		if waiting(one) && left > time.Minute && left < soon-time.Minute {
			near = append(near, one)
		}
	}
	p.collect(t)
	for tries := 1; ; tries++ {
		known := len(p.published)
		result, ok := p.poll(t, false)
		p.collect(t)
		if ok && !result.More && !slices.ContainsFunc(p.published[known:], p.markable()) {
			break
		}
		if tries == 20 {
			t.Fatalf("the polls of a calm still tell something: %+v", result)
		}
	}
	for _, one := range near {
		if !slices.ContainsFunc(p.published, func(e publishedAt) bool { told, _ := e.tells(); return told == change{one.ID, events.Expiring} }) {
			t.Errorf("%s ends at %s and was not told as expiring by %s", one.ID, endOf(one), p.now().UTC().Round(0))
		}
	}
}

// markable returns a function that reports whether an event tells a change of an invitation that has room for the tag.
func (p *polling) markable() func(publishedAt) bool {
	room := map[string]bool{}
	for _, one := range p.oci.Invitations() {
		room[one.ID] = hasRoom(one)
	}
	return func(e publishedAt) bool { told, ok := e.tells(); return ok && room[told.invitation] }
}

// poll polls once, and with more goes on where the poll ended. It returns the last result; false if there is none.
func (p *polling) poll(t *testing.T, storm bool) (result events.Result, ok bool) {
	for range 2 {
		body, err := json.Marshal(map[string]string{"operation": "poll", "page": result.OpcNextPage})
		if err != nil {
			t.Error(err)
		}
		answer, err := p.host.Invoke(t.Context(), fnhost.Call{Body: body})
		result, ok = p.count(t, answer, err, storm)
		if !ok || !result.More {
			break
		}
	}
	return result, ok
}

// count checks and counts the answer to a poll; false if it was cut.
func (p *polling) count(t *testing.T, answer fnhost.Answer, err error, storm bool) (result events.Result, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if storm {
		p.counted.asked++
	}
	var got answered
	var failure *fnhost.Failure
	switch {
	case errors.As(err, &failure):
		if failure.Code == "FunctionInvokeTimeout" {
			p.counted.late++
		}
		return result, false
	case err == nil:
		err = json.Unmarshal(answer.Body, &got)
	}
	if err != nil || len(got.Results) != 1 || got.Results[0].Outcome != events.Polled || got.Results[0].Poll == nil {
		t.Errorf("answer to a poll: %s, %v", answer.Body, err)
		return result, false
	}
	result = got.Results[0]
	if storm {
		p.counted.answered++
	}
	if result.More {
		p.counted.more++
	}
	return result, true
}

// deliver delivers a command or an event until it is answered without a retryable failure.
func (p *polling) deliver(t *testing.T, body string) {
	for try := 1; try <= 60; try++ {
		_, err := p.host.Invoke(t.Context(), fnhost.Call{Body: []byte(body)})
		if failure, ok := errors.AsType[*fnhost.Failure](err); !ok {
			if err != nil {
				t.Error(err)
			}
			p.mu.Lock()
			p.counted.tries = max(p.counted.tries, try)
			p.mu.Unlock()
			return
		} else if failure.Code == "FunctionInvokeTimeout" {
			p.mu.Lock()
			p.counted.late++
			p.mu.Unlock()
		}
	}
	t.Errorf("no final answer after 60 deliveries: %s", body)
}
