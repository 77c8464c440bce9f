package handler_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/hostile"
	"sender-invitations/internal/ocitest"
)

// listed returns an OCI that answers every list with size bytes.
func listed(size int) *ocitest.Server {
	page := `{"items": [` + entry("ocid1.senderinvitation.oc1..a", "a", `"displayName": "`+strings.Repeat("x", size)+`"`) + `]}`
	return &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.Method == http.MethodGet {
			return ocitest.Fault{Status: 200, Body: page}
		}
		return ocitest.Fault{}
	}}
}

// If the answers to a delivery of list commands are too large together, none is kept: all results are brief, and the memory in use is far
// less than OCI's answers.
func TestManyListsAreBrief(t *testing.T) {
	const each = 250 << 10
	for count, brief := range map[int]bool{5: false, 120: true} {
		f := newFunction(t, listed(each))
		most := uint64(0)
		f.oci.Fault = holding(f.oci.Fault, &most)
		answer, cut := f.invoke("[" + strings.TrimSuffix(strings.Repeat(`{"operation": "list", "limit": 1000},`, count), ",") + "]")
		if cut || strings.Count(answer, `"outcome":"listed"`) != count || strings.Contains(answer, `"invitations"`) == brief || strings.Count(answer, `"trigger"`) != count {
			t.Errorf("%d lists: cut %v, %d bytes, %.200s", count, cut, len(answer), answer)
		}
		if most > 80*each {
			t.Errorf("%d lists of %d bytes took %d bytes of memory", count, each, most)
		}
	}
}

// holding wraps fault. At each request it measures the memory in use, without garbage, and keeps the maximum in most.
func holding(fault func(*http.Request) ocitest.Fault, most *uint64) func(*http.Request) ocitest.Fault {
	started := inUse()
	calls := make(chan int, 1)
	calls <- 0
	return func(r *http.Request) ocitest.Fault {
		call := <-calls
		if call%30 == 29 {
			*most = max(*most, inUse()-min(started, inUse()))
		}
		calls <- call + 1
		return fault(r)
	}
}

func inUse() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// The memory that a delivery takes is in proportion to its size, whatever it contains: a delivery that is four times as large takes at most
// about four times the memory.
func TestDeliveriesGrowInProportion(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	text := `[{name: a, match: {type: "*", source: "*", when: "data && !contains(to_string(data), 'zz')"}, operation: create,
		with: {recipientTenancyId: data.tenancyId, displayName: "join(' ', ['for', to_string(data.a)])", freeformTags: "{b: to_string(@)}"}}]`
	if err := os.WriteFile(rules, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{"RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none", "RULES_FILE": rules}
	config, err := settings.Parse(func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	const size = 256 << 10
	quarter, whole := hostile.Deliveries(size/4), hostile.Deliveries(size)
	for index, delivery := range whole {
		if len(delivery.Body) < size/2 || strings.HasPrefix(delivery.Name, "records that are") {
			continue // its size is in its headers, or the quarter has all records that are accepted
		}
		told := ""
		for range 3 { // a garbage collection meanwhile frees the buffers of encoders, which are then allocated again
			small, large := allocatedBy(config, quarter[index]), allocatedBy(config, delivery)
			const fixed = 8 << 20 // lists and buffers grow by leaps
			if float64(large) <= 6*float64(small)+fixed {
				told = ""
				break
			}
			told = fmt.Sprintf("%s: %d bytes take %d, %d take %d", delivery.Name, len(quarter[index].Body), small, len(delivery.Body), large)
		}
		if told != "" {
			t.Error(told)
		}
	}
}

// allocatedBy returns how many bytes, garbage included, are allocated to explain a delivery.
func allocatedBy(config settings.Config, delivery hostile.Delivery) uint64 {
	var before, after runtime.MemStats
	runtime.GC() // twice, so that encoders keep no buffers of an earlier delivery
	runtime.GC()
	runtime.ReadMemStats(&before)
	handler.Explain(config, events.Delivery{Body: delivery.Body, Header: delivery.Header, CallID: "c", Direct: true})
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A file of rules that is too long is not read to its end.
func TestEndlessRulesFile(t *testing.T) {
	set := map[string]string{"RESULT_TOPIC_OCID": "none", "DEAD_LETTER_TOPIC_OCID": "none", "RULES_FILE": "/dev/zero"}
	if _, err := os.Stat(set["RULES_FILE"]); err != nil {
		set["RULES_FILE"] = filepath.Join(t.TempDir(), "long.yaml")
		if err := os.WriteFile(set["RULES_FILE"], make([]byte, 1<<20), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := settings.Parse(func(name string) string { return set[name] })
	if want := "RULES_FILE: the rules are longer than 262144 bytes"; err == nil || !strings.Contains(err.Error(), want) {
		t.Error(fmt.Sprint(err), "want", want)
	}
}
