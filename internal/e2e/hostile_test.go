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

// worst names the deliveries that cost most, by themselves or under rules.
var worst = []string{"keys", "escaped keys", "values", "brackets", "quotes", "digits", "base64", "command's fields", "records of brackets", "records of values"}

// BenchmarkHostile measures the time that each hostile delivery takes, and the peak memory of the process. Each delivery goes to
// a new process by the direct door. The worst are also sent under expensive rules and as the body of an update.
func BenchmarkHostile(b *testing.B) {
	const rules = `RULES=[{"name":"a","match":{"type":"*","when":"data&&!contains(to_string(data),'zz')"},"operation":"create",` +
		`"with":{"recipientTenancyId":"data.tenancyId","displayName":"join('-',['for',to_string(data.a)])","freeformTags":"{b:to_string(@)}"}}]`
	update := gatewayHeader("PUT", "/20230401/senderInvitations/ocid1.x.oc1..a")
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
	page := `{"items": [{"id": "ocid1.senderinvitation.oc1..a", "compartmentId": "` + ocitest.DefaultTenancy + `", "displayName": "` + strings.Repeat("x", 1<<20) + `"}]}`
	oci := &ocitest.Server{Fault: func(*http.Request) ocitest.Fault { return ocitest.Fault{Status: http.StatusOK, Body: page} }}
	benchmarkPeak(b, "answers/lists of lists", oci, fnhost.Call{Body: []byte("[" + strings.Repeat(`{"operation":"list"},`, 199) + `{"operation":"list"}]`)})
}

// benchmarkPeak measures a call to a new process.
func benchmarkPeak(b *testing.B, name string, oci *ocitest.Server, call fnhost.Call, settings ...string) {
	b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
		s := newScenarioOn(b, oci, strings.Join(append(settings, "LOG_LEVEL=error"), " "))
		peak := 0.0
		for b.Loop() {
			_, _ = s.host.Invoke(b.Context(), call) // a cut is allowed too
			for _, pid := range children(b) {
				peak = max(peak, peakMemory(b, pid))
			}
		}
		b.ReportMetric(peak, "peak-MB")
		b.ReportMetric(float64(len(s.oci.Calls()))/float64(b.N), "calls/op")
	})
}

// children returns the ids of the child processes of this process.
func children(b *testing.B) (pids []string) {
	b.Helper()
	tasks, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil || len(tasks) == 0 {
		b.Skip("peak memory needs /proc")
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

// peakMemory returns the peak memory of a process, in MB.
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
		b.Fatalf("%s: %v", status, err)
	}
	return float64(kilobytes) / 1024
}

// TestHeadersCountOnce checks that a caller's headers count once towards the limit of 16 KB, though fdk-go holds them twice.
func TestHeadersCountOnce(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	for size, want := range map[int]string{15 << 10: "200", 17 << 10: "431"} {
		header := gatewayHeader("GET", "/health")
		header.Set("Fn-Http-H-X-A", strings.Repeat("x", size))
		answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: header})
		if err != nil || answer.Header.Get("Fn-Http-Status") != want {
			t.Errorf("%d bytes: %v %v %s", size, err, answer.Header, answer.Body)
		}
	}
}

// BenchmarkHostileAnswers measures the time and the peak memory that each hostile answer of OCI takes, in a function with 128 MB: in one
// look before a create, in one read before an update, and in eight of them at a time.
func BenchmarkHostileAnswers(b *testing.B) {
	const eight = 8 // the default of CONCURRENCY
	for _, answer := range hostile.Answers(events.MaxBody, ocitest.DefaultTenancy) {
		command, kind := `{"operation":"update","senderInvitationId":"ocid1.x.oc1..a","freeformTags":{"new":"1"},"definedTags":{"n":{"new":1}}}`, "read/"
		if answer.IsList {
			command, kind = `{"operation":"create","recipientTenancyId":"ocid1.tenancy.oc1..a"}`, "look/"
		}
		oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			switch {
			case !strings.HasPrefix(r.URL.Path, "/20230401/"):
				return ocitest.Fault{}
			case r.Method != http.MethodGet:
				return ocitest.Fault{Status: http.StatusBadRequest}
			}
			return ocitest.Fault{Status: http.StatusOK, Body: answer.To(r), Header: map[string]string{"etag": "e"}}
		}}
		settings, events := []string{"FN_MEMORY=128", "MAX_ATTEMPTS=1"}, gatewayHeader("POST", "/events") // no call is cut, so that the process is still there
		benchmarkPeak(b, kind+answer.Name, oci, fnhost.Call{Header: events, Body: []byte(command)}, settings...)
		var records []string
		for record := range eight {
			distinct := strings.ReplaceAll(command, `oc1..a"`, fmt.Sprintf(`oc1..a%d"`, record))
			records = append(records, strings.Replace(distinct, "{", `{"opcRequestId":"own",`, 1)) // no common look
		}
		benchmarkPeak(b, kind+answer.Name+"/eight", oci, fnhost.Call{Header: events, Body: []byte("[" + strings.Join(records, ",") + "]")}, settings...)
	}
}
