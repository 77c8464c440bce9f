package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/hostile"
	"sender-invitations/internal/ocitest"
)

// worst are those that rules, too, make much of, and those that take most.
var worst = []string{"keys", "escaped keys", "values", "brackets", "quotes", "digits", "base64", "command's fields", "records of brackets", "records of values"}

// BenchmarkHostile gives each hostile delivery to a process of its own, by the direct door, and the worst also under rules that
// make much of them and as the body of an update: the time that it takes, and the most memory that the process ever had.
func BenchmarkHostile(b *testing.B) {
	const rules = `RULES=[{"name":"a","match":{"type":"*","when":"data&&!contains(to_string(data),'zz')"},"operation":"create",` +
		`"with":{"recipientTenancyId":"data.tenancyId","displayName":"join('-',['for',to_string(data.a)])","freeformTags":"{b:to_string(@)}"}}]`
	update := http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {"PUT"}, "Fn-Http-Request-Url": {"/20230401/senderInvitations/ocid1.x.oc1..a"}}
	for _, delivery := range hostile.Deliveries(events.MaxBody) {
		call := fnhost.Call{Header: delivery.Header, Body: delivery.Body}
		benchmarkPeak(b, "direct/"+delivery.Name, &ocitest.Server{}, call)
		if slices.Contains(worst, delivery.Name) {
			benchmarkPeak(b, "rules/"+delivery.Name, &ocitest.Server{}, call, rules)
			benchmarkPeak(b, "update/"+delivery.Name, &ocitest.Server{}, fnhost.Call{Header: update, Body: delivery.Body})
		}
	}
	head := update.Clone()
	head.Set("Fn-Http-H-X-A", strings.Repeat("x", 1<<20-2000)) // net/http takes 1 MB
	benchmarkPeak(b, "head/1 MB", &ocitest.Server{}, fnhost.Call{Header: head})
	page := `{"items": [{"id": "ocid1.senderinvitation.oc1..a", "displayName": "` + strings.Repeat("x", 1<<20) + `"}]}`
	oci := &ocitest.Server{Fault: func(*http.Request) ocitest.Fault { return ocitest.Fault{Status: http.StatusOK, Body: page} }}
	benchmarkPeak(b, "answers/lists of lists", oci, fnhost.Call{Body: []byte("[" + strings.Repeat(`{"operation":"list"},`, 199) + `{"operation":"list"}]`)})
}

// benchmarkPeak makes the call to a function of its own.
func benchmarkPeak(b *testing.B, name string, oci *ocitest.Server, call fnhost.Call, settings ...string) {
	b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
		s := newScenarioOn(b, oci, strings.Join(append(settings, "LOG_LEVEL=error"), " "))
		peak := 0.0
		for b.Loop() {
			_, _ = s.host.Invoke(b.Context(), call) // a cut is as good as an answer
			for _, pid := range children(b) {
				peak = max(peak, peakMemory(b, pid))
			}
		}
		b.ReportMetric(peak, "peak-MB")
		b.ReportMetric(float64(len(s.oci.Calls()))/float64(b.N), "calls/op")
	})
}

// children are the processes that this one has started.
func children(b *testing.B) (pids []string) {
	b.Helper()
	tasks, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || len(tasks) == 0 {
		b.Skip("the processes' memory can be seen only where there is /proc")
	}
	for _, task := range tasks {
		found, err := os.ReadFile(task)
		if err == nil {
			pids = append(pids, strings.Fields(string(found))...)
		}
	}
	return pids
}

var peakForm = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// peakMemory is the most memory that a process ever had, in MB.
func peakMemory(b *testing.B, pid string) float64 {
	b.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
	if err != nil {
		return 0 // it has ended
	}
	found := peakForm.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		b.Fatal(fmt.Errorf("%s: %w", status, err))
	}
	return float64(kilobytes) / 1024
}

// A caller's headers, which fdk-go has twice, count once: what a gateway lets through reaches OCI, and twice as much does not.
func TestHeadCountsOnce(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	for size, want := range map[int]string{15 << 10: "200", 17 << 10: "431"} {
		answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {"GET"},
			"Fn-Http-Request-Url": {"/health"}, "Fn-Http-H-X-A": {strings.Repeat("x", size)}}})
		if err != nil || answer.Header.Get("Fn-Http-Status") != want {
			t.Errorf("%d bytes: %v %v %s", size, err, answer.Header, answer.Body)
		}
	}
}
