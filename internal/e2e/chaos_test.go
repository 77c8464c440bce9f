package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

var (
	chaosSeed       = flag.Uint64("chaos.seed", 3, "seed of the faults and deliveries")
	chaosDeliveries = flag.Int("chaos.deliveries", 200, "number of deliveries, without redeliveries")
	chaosEvents     = flag.Int("chaos.events", 30, "number of distinct events")
	chaosKills      = flag.Int("chaos.kills", 5, "number of processes to kill in the middle of a call")
)

// chaosProcesses is the number of processes that work at a time.
const chaosProcesses = 16

// TestChaos delivers a few events again and again, alone and in lists, to several processes, while attempts at OCI get faults and
// processes are killed in the middle of a call. Like a source, it redelivers after a retryable failure. It then checks the records of the
// emulated OCI: each event took effect once and has its final outcome, no canceled invitation came back, and no answer was late. It does so
// once for each variant: where the results go, and the limits there.
//
// go test ./internal/e2e -run Chaos -v -chaos.seed=7 shows the summary. make chaos runs it in other sizes.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("chaos takes half a minute")
	}
	if *chaosEvents < 1 || *chaosDeliveries < 1 || *chaosKills < 0 {
		t.Fatal("chaos needs at least one event and one delivery, and a number of kills that is not negative")
	}
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	t.Run("play", func(t *testing.T) {
		for _, variant := range chaosVariants {
			t.Run(variant.name, func(t *testing.T) {
				if variant.processes < chaosProcesses {
					t.Parallel()
				}
				newChaos(t, variant).play(t)
			})
		}
	})
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

type chaos struct {
	*scenario
	variant chaosVariant
	faults  *chaosFaults
	log     *chaosLog
	clock   atomic.Int64 // lead of the emulated OCI's clock, a time.Duration
	random  *rand.Rand   // draws the deliveries; only one goroutine uses it
	events  []*chaosEvent

	size                       int // the number of deliveries to make, without redeliveries
	deliveries, inLists        int // inLists counts the events that were delivered in lists
	redeliveries, late, losses atomic.Int64

	mu           sync.Mutex
	acknowledged map[string][]events.Result // results that were answered, by call id
	invocations  int                        // direct invocations so far
	cut          map[string]bool            // call ids of those that were cut
	tries        int                        // the most deliveries until one was answered
}

func newChaos(t *testing.T, variant chaosVariant) *chaos {
	kills := variant.less(*chaosKills)
	c := &chaos{
		variant: variant, log: &chaosLog{t: t}, random: rand.New(rand.NewPCG(*chaosSeed, 0)),
		events: makeChaosEvents(*chaosEvents), size: variant.less(*chaosDeliveries),
		acknowledged: map[string][]events.Result{}, cut: map[string]bool{},
	}
	oci := &ocitest.Server{
		Step: 2 * time.Second,
		Now:  func() time.Time { return time.Now().Add(time.Duration(c.clock.Load())) },
	}
	if variant.limit != nil {
		variant.limit(oci)
	}
	c.faults = &chaosFaults{seed: *chaosSeed, kills: kills, between: max(1, c.size/max(1, kills)),
		share: variant.share, ofMessages: slices.Concat(chaosMix, variant.faults), kinds: map[string]int{}, victims: map[string]bool{}}
	oci.Fault = c.faults.next
	c.scenario = newScenarioOn(t, oci, "TIMEOUT=5s LOG_LEVEL=error "+variant.settings)
	c.host.MaxProcesses, c.host.Stderr = variant.processes, c.log
	c.faults.scenario = c.scenario
	return c
}

// play delivers in four parts, one after the other:
//
//  1. signups;
//  2. the events that follow them, and signups again, while invitations may still be CREATING;
//  3. signups of tenancies that return, and any event again;
//  4. any event again, which must change nothing.
func (c *chaos) play(t *testing.T) {
	started := time.Now()
	known := c.ofKind(signup)
	c.part(t, c.size*4/10, known, known)
	next := c.ofKind(secondSignup, contactChange, firstTag, secondTag, offboarding)
	known = append(known, next...)
	c.part(t, c.size*3/10, next, known)
	c.clock.Add(int64(time.Minute)) // lets every work request end
	c.part(t, c.size/10, c.ofKind(returning), c.events)
	c.clock.Add(int64(time.Minute))
	settled := c.state()
	c.part(t, c.size-c.deliveries, nil, c.events)
	found := c.check(t, settled)
	c.log.reset()
	quit := c.host.Quit()
	if working(c.log.String()) {
		t.Errorf("goroutines are left in idle processes:\n%s", c.log)
	}
	t.Logf("seed %d: %d deliveries of %d events (%d events in lists), %.0f s\n%s\n%d kills, %d rotations of credentials, %d redeliveries, at most %d of one delivery, %d processes at the end\n%d messages taken, %d kept out by a limit\n%s",
		*chaosSeed, c.deliveries, len(c.events), c.inLists, time.Since(started).Seconds(), c.faults, c.faults.killed, c.faults.rotations,
		c.redeliveries.Load(), c.tries-1, quit, len(c.told()), c.oci.Refused(), found)
	if c.faults.killed != c.faults.kills {
		t.Errorf("%d kills, want %d: more deliveries are needed", c.faults.killed, c.faults.kills)
	}
}

func (c *chaos) ofKind(kinds ...chaosKind) (found []*chaosEvent) {
	for _, e := range c.events {
		if slices.Contains(kinds, e.kind) {
			found = append(found, e)
		}
	}
	return found
}

// part makes count deliveries in random order, as many at a time as there are processes: one of each fresh event, the rest of
// events drawn from repeated.
func (c *chaos) part(t *testing.T, count int, fresh, repeated []*chaosEvent) {
	drawn := slices.Clone(fresh)
	for len(drawn) < count {
		drawn = append(drawn, repeated[c.random.IntN(len(repeated))])
	}
	c.random.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	waiting, finish := sideBySide(c.variant.processes)
	defer finish()
	for _, event := range drawn {
		send, body := c.invokeDirect, []byte(event.body())
		switch door := c.random.IntN(10); {
		case door < 2:
			send = c.postEvents
		case door < 2+c.variant.lists:
			values := []string{event.body()}
			for range 1 + c.random.IntN(c.variant.longest-1) {
				values = append(values, drawn[c.random.IntN(len(drawn))].body())
			}
			c.inLists += len(values)
			body = streamOf(values...)
		}
		c.deliveries++
		if c.deliveries%1000 == 0 && testing.Verbose() {
			fmt.Fprintf(os.Stderr, "seed %d: %d deliveries\n", *chaosSeed, c.deliveries)
		}
		waiting <- func() { c.deliver(t, send, body) }
	}
}

// sideBySide carries out what is sent to waiting, so many at a time. finish waits until all is done.
func sideBySide(count int) (waiting chan<- func(), finish func()) {
	work := make(chan func())
	var workers sync.WaitGroup
	for range count {
		workers.Go(func() {
			for do := range work {
				do()
			}
		})
	}
	return work, func() { close(work); workers.Wait() }
}

// deliver sends the delivery until it is answered without a retryable failure.
func (c *chaos) deliver(t *testing.T, send func([]byte) (fnhost.Answer, error), body []byte) {
	for try := 1; try <= c.variant.most; try++ {
		answer, err := send(body)
		var failure *fnhost.Failure
		switch {
		case err == nil:
			c.checkAnswer(t, answer)
			c.mu.Lock()
			c.tries = max(c.tries, try)
			c.mu.Unlock()
			return
		case errors.As(err, &failure) && failure.Code == "FunctionInvokeTimeout":
			c.late.Add(1)
		case !errors.As(err, &failure):
			t.Error(err)
			return
		}
		c.redeliveries.Add(1)
	}
	c.losses.Add(1)
	t.Errorf("no final answer after %d deliveries: %.500s", c.variant.most, body)
}

// checkAnswer checks that each result is final, and keeps the results for checkPublished.
func (c *chaos) checkAnswer(t *testing.T, answer fnhost.Answer) {
	var got answered
	if err := json.Unmarshal(answer.Body, &got); err != nil || len(got.Results) == 0 || answer.CallID == "" {
		t.Errorf("answer %q to call %q: %v", answer.Body, answer.CallID, err)
	}
	c.mu.Lock()
	c.acknowledged[answer.CallID] = got.Results
	c.mu.Unlock()
	for _, result := range got.Results {
		if result.Outcome == events.Failed || result.Outcome == events.Ignored {
			c.losses.Add(1)
			t.Errorf("%s: %s %v", result.Trigger.ID, result.Outcome, result.Error)
		}
	}
}

// invokeDirect invokes the function by the direct door. Its error is a *fnhost.Failure.
func (c *chaos) invokeDirect(body []byte) (fnhost.Answer, error) {
	c.mu.Lock()
	c.invocations++
	id := fmt.Sprintf("direct-%d", c.invocations)
	c.mu.Unlock()
	answer, err := c.host.Invoke(context.Background(), fnhost.Call{Header: http.Header{"Fn-Call-Id": {id}}, Body: body})
	if err != nil {
		c.mu.Lock()
		c.cut[id] = true
		c.mu.Unlock()
	}
	return answer, err
}

// postEvents posts to /events. Its error is a *fnhost.Failure if it is retryable: also if time ran out while the service was at work on
// the invitation (409 IncorrectState). No invitation of this test stays in a state that does not allow a change.
func (c *chaos) postEvents(body []byte) (fnhost.Answer, error) {
	response, err := c.gateway.Client().Post(c.gateway.URL+"/events", "application/json", bytes.NewReader(body))
	if err != nil {
		return fnhost.Answer{}, err
	}
	defer response.Body.Close()
	answer := fnhost.Answer{CallID: response.Header.Get("opc-request-id")}
	if answer.Body, err = io.ReadAll(response.Body); err != nil || response.StatusCode == http.StatusOK {
		return answer, err
	}
	failure := &fnhost.Failure{Status: response.StatusCode}
	if err := json.Unmarshal(answer.Body, failure); err != nil {
		return answer, err
	}
	passes := failure.Status >= 500 || failure.Code == "IncorrectState"
	if !passes && failure.Status != http.StatusTooManyRequests && failure.Status != http.StatusUnauthorized {
		return answer, fmt.Errorf("refused for good: %s", failure)
	}
	return answer, failure
}

// chaosLog keeps what the processes write. It fails the test if they report a data race or a panic.
type chaosLog struct {
	t    *testing.T
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *chaosLog) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, bad := range []string{"DATA RACE", `"msg":"panic`} {
		if bytes.Contains(text, []byte(bad)) {
			l.t.Errorf("%s", text)
		}
	}
	return l.text.Write(text)
}

func (l *chaosLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

func (l *chaosLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
