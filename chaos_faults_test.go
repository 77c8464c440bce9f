package main_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sender-invitations/internal/ocitest"
)

// chaosShare is the share of the calls to OCI that go wrong.
const chaosShare = 0.2

// chaosKinds is what can go wrong with a call, each kind as often as it stands here.
var chaosKinds = slices.Concat(
	slices.Repeat([]string{"429 with retry-after"}, 20),
	slices.Repeat([]string{"429"}, 10),
	slices.Repeat([]string{"500"}, 20),
	slices.Repeat([]string{"503"}, 20),
	slices.Repeat([]string{"401"}, 5),
	slices.Repeat([]string{"cut before it is done"}, 12),
	slices.Repeat([]string{"done, answer lost"}, 12),
	slices.Repeat([]string{"past the deadline"}, 3),
)

// chaosFaults draws what goes wrong with each call to OCI, from the seed and the number of the call. It also kills
// processes in the middle of a call, and rotates the credentials.
type chaosFaults struct {
	*scenario
	seed           uint64
	kills, between int // so many processes are killed, with so many calls in between

	mu                sync.Mutex
	calls             uint64
	killed, rotations int
	count             map[string]int
}

const callsPerRotation = 400

func (f *chaosFaults) next(r *http.Request) ocitest.Fault {
	number, kill := f.begin()
	random := rand.New(rand.NewPCG(f.seed, number))
	if number%callsPerRotation == 0 {
		f.rotate()
	}
	if kill && f.host.KillCall(r.Header.Get("opc-request-id")) {
		f.counted(&f.killed)
		return ocitest.Fault{Reset: random.IntN(2) == 0, DropAnswer: true} // before or after the call is done
	}
	if random.Float64() >= chaosShare {
		return ocitest.Fault{}
	}
	kind := chaosKinds[random.IntN(len(chaosKinds))]
	f.mu.Lock()
	f.count[kind]++
	f.mu.Unlock()
	return faultOf(kind)
}

// begin counts the call, and says whether its process is to be killed.
func (f *chaosFaults) begin() (number uint64, kill bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	return f.calls, f.killed < f.kills && f.calls%uint64(f.between) == 0
}

func (f *chaosFaults) counted(counter *int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*counter++
}

// rotate makes the credentials in use worthless, and then writes new ones: for a moment there are none that are good.
func (f *chaosFaults) rotate() {
	f.oci.RevokeCredentials()
	if _, err := f.oci.IssueCredentials(f.credentials); err != nil {
		panic(err)
	}
	f.counted(&f.rotations)
}

func faultOf(kind string) ocitest.Fault {
	switch kind {
	case "429 with retry-after":
		return ocitest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1}
	case "429":
		return ocitest.Fault{Status: http.StatusTooManyRequests}
	case "500":
		return ocitest.Fault{Status: http.StatusInternalServerError}
	case "503":
		return ocitest.Fault{Status: http.StatusServiceUnavailable}
	case "401":
		return ocitest.Fault{Status: http.StatusUnauthorized, Code: "NotAuthenticated"}
	case "cut before it is done":
		return ocitest.Fault{Reset: true}
	case "done, answer lost":
		return ocitest.Fault{DropAnswer: true}
	case "past the deadline":
		return ocitest.Fault{Delay: time.Minute}
	}
	panic("no fault is called " + kind)
}

// String is one line on what went wrong how often.
func (f *chaosFaults) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	total, kinds := 0, []string{}
	for _, kind := range slices.Sorted(maps.Keys(f.count)) {
		total += f.count[kind]
		kinds = append(kinds, fmt.Sprintf("%s: %d", kind, f.count[kind]))
	}
	return fmt.Sprintf("%d of %d calls to OCI went wrong (%.0f %%): %s", total, f.calls, 100*float64(total)/float64(f.calls), strings.Join(kinds, ", "))
}
