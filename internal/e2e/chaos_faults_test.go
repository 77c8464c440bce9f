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

// chaosShare is the share of the calls to OCI that go wrong.
const chaosShare = 0.2

// chaosMix is what can go wrong with a call, as setFault reads it, each as often as it stands here.
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

// chaosFaults draws what goes wrong with each call to OCI, from the seed and the number of the call. It also kills
// processes in the middle of a call, and rotates the credentials.
type chaosFaults struct {
	*scenario
	seed           uint64
	kills, between int // so many processes are killed, with so many calls in between

	mu                sync.Mutex
	calls             uint64
	killed, rotations int
	kinds             map[string]int
	victims           map[string]bool // the calls whose processes were killed, by id
}

const callsPerRotation = 400

func (f *chaosFaults) next(r *http.Request) ocitest.Fault {
	number, kill := f.begin()
	random := rand.New(rand.NewPCG(f.seed, number))
	if number%callsPerRotation == 0 {
		f.rotate()
	}
	if kill {
		if id := r.Header.Get("opc-request-id"); f.host.KillCall(id) {
			f.mu.Lock()
			f.victims[id] = true
			f.mu.Unlock()
			return ocitest.Fault{Reset: random.IntN(2) == 0, DropAnswer: true} // before or after the call is done
		}
		f.count(&f.killed, -1) // it had ended by itself
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

// begin counts the call, and says whether its process is to be killed.
func (f *chaosFaults) begin() (number uint64, kill bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if kill = f.killed < f.kills && f.calls%uint64(f.between) == 0; kill {
		f.killed++
	}
	return f.calls, kill
}

func (f *chaosFaults) count(counter *int, by int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*counter += by
}

// rotate makes the credentials in use worthless, and then writes new ones: for a moment there are none that are good.
func (f *chaosFaults) rotate() {
	f.oci.RevokeCredentials()
	if _, err := f.oci.IssueCredentials(f.credentials); err != nil {
		panic(err)
	}
	f.count(&f.rotations, 1)
}

// String is one line on what went wrong how often.
func (f *chaosFaults) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	total, told := 0, []string{}
	for _, kind := range slices.Sorted(maps.Keys(f.kinds)) {
		total += f.kinds[kind]
		told = append(told, fmt.Sprintf("%s: %d", kind, f.kinds[kind]))
	}
	return fmt.Sprintf("%d of %d calls to OCI went wrong (%.0f %%): %s", total, f.calls, 100*float64(total)/float64(f.calls), strings.Join(told, ", "))
}
