package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"

	"sender-invitations/internal/ocitest"
)

// chaosMix lists the faults in the form that setFault reads. A fault is drawn as often as it is repeated.
var chaosMix = slices.Concat(
	slices.Repeat([]string{"status=429 retry-after=1"}, 20),
	slices.Repeat([]string{"status=429"}, 10),
	slices.Repeat([]string{"status=500"}, 20),
	slices.Repeat([]string{"status=503"}, 20),
	slices.Repeat([]string{"status=401 code=NotAuthenticated"}, 5),
	slices.Repeat([]string{"reset"}, 12),
	slices.Repeat([]string{"drop"}, 12),
	slices.Repeat([]string{"delay=1m"}, 3),
	slices.Repeat([]string{"body={}"}, 6), // answers that are not believed, though the attempt has taken effect
	slices.Repeat([]string{"empty"}, 6),
)

// chaosFaults draws the fault of each attempt at OCI from the seed and the attempt's number. It also kills processes in the
// middle of an attempt, and rotates the credentials.
type chaosFaults struct {
	*scenario
	seed           uint64
	share          float64  // of the attempts that get a fault
	ofMessages     []string // the faults of attempts to tell results, like chaosMix
	kills, between int      // the processes to kill, and the attempts from one kill to the next

	mu                sync.Mutex
	attempts          uint64
	killed, rotations int
	kinds             map[string]int
	victims           map[string]bool // ids of the invocations whose process was killed
}

const attemptsPerRotation = 400

func (f *chaosFaults) next(r *http.Request) ocitest.Fault {
	number, kill := f.begin()
	random := rand.New(rand.NewPCG(f.seed, number))
	if number%attemptsPerRotation == 0 {
		f.rotate()
	}
	if kill && f.kill(r.Header.Get("opc-request-id")) {
		return ocitest.Fault{Reset: random.IntN(2) == 0, DropAnswer: true} // before or after the attempt takes effect
	}
	if random.Float64() >= f.share {
		return ocitest.Fault{}
	}
	mix := chaosMix
	if tells(r.URL.Path) {
		mix = f.ofMessages
	}
	return f.draw(random, mix)
}

// begin counts the attempt, and reports whether to kill its process.
func (f *chaosFaults) begin() (number uint64, kill bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts++
	if kill = f.killed < f.kills && f.attempts%uint64(f.between) == 0; kill {
		f.killed++
	}
	return f.attempts, kill
}

// kill kills the process of an invocation. It reports whether there was one; if not, begin picks another.
func (f *chaosFaults) kill(id string) bool {
	found := f.host.KillCall(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if found {
		f.victims[id] = true
	} else {
		f.killed--
	}
	return found
}

// draw draws a fault from the mix, and counts it.
func (f *chaosFaults) draw(random *rand.Rand, mix []string) (fault ocitest.Fault) {
	kind := mix[random.IntN(len(mix))]
	f.mu.Lock()
	f.kinds[kind]++
	f.mu.Unlock()
	for word := range strings.FieldsSeq(kind) {
		if err := setFault(&fault, word); err != nil {
			panic(err)
		}
	}
	return fault
}

// rotate revokes the credentials in use, and then issues new ones. For a moment none are valid.
func (f *chaosFaults) rotate() {
	f.oci.RevokeCredentials()
	if _, err := f.oci.IssueCredentials(f.credentials); err != nil {
		panic(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rotations++
}

// String returns one line with the number of each fault.
func (f *chaosFaults) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	total, counts := 0, []string{}
	for _, kind := range slices.Sorted(maps.Keys(f.kinds)) {
		total += f.kinds[kind]
		counts = append(counts, fmt.Sprintf("%s: %d", kind, f.kinds[kind]))
	}
	return fmt.Sprintf("%d of %d attempts at OCI got a fault (%.0f %%): %s", total, f.attempts, 100*float64(total)/float64(f.attempts), strings.Join(counts, ", "))
}
