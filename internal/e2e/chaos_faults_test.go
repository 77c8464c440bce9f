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

// chaosShare is the share of the attempts at OCI that get a fault.
const chaosShare = 0.2

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
)

// chaosFaults draws the fault of each attempt at OCI from the seed and the attempt's number. It also kills processes in the
// middle of an attempt, and rotates the credentials.
type chaosFaults struct {
	*scenario
	seed           uint64
	kills, between int // the processes to kill, and the attempts from one kill to the next

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
	if kill {
		if id := r.Header.Get("opc-request-id"); f.host.KillCall(id) {
			f.mu.Lock()
			f.victims[id] = true
			f.mu.Unlock()
			return ocitest.Fault{Reset: random.IntN(2) == 0, DropAnswer: true} // before or after it takes effect
		}
		f.count(&f.killed, -1) // the process had ended
	}
	if random.Float64() >= chaosShare {
		return ocitest.Fault{}
	}
	kind := chaosMix[random.IntN(len(chaosMix))]
	f.mu.Lock()
	f.kinds[kind]++
	f.mu.Unlock()
	var fault ocitest.Fault
	for word := range strings.FieldsSeq(kind) {
		if err := setFault(&fault, word); err != nil {
			panic(err)
		}
	}
	return fault
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

func (f *chaosFaults) count(counter *int, by int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*counter += by
}

// rotate revokes the credentials in use, and then issues new ones. For a moment none are valid.
func (f *chaosFaults) rotate() {
	f.oci.RevokeCredentials()
	if _, err := f.oci.IssueCredentials(f.credentials); err != nil {
		panic(err)
	}
	f.count(&f.rotations, 1)
}

// String returns one line with the number of each fault.
func (f *chaosFaults) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	total, told := 0, []string{}
	for _, kind := range slices.Sorted(maps.Keys(f.kinds)) {
		total += f.kinds[kind]
		told = append(told, fmt.Sprintf("%s: %d", kind, f.kinds[kind]))
	}
	return fmt.Sprintf("%d of %d attempts at OCI got a fault (%.0f %%): %s", total, f.attempts, 100*float64(total)/float64(f.attempts), strings.Join(told, ", "))
}
