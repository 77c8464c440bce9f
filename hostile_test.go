package main_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/hostile"
	"sender-invitations/internal/ocitest"
)

// BenchmarkHostile gives each hostile delivery to a process of its own: the time that it takes, and the most memory that
// the process ever had.
func BenchmarkHostile(b *testing.B) {
	for _, delivery := range hostile.Deliveries(events.MaxBody) {
		b.Run(strings.ReplaceAll(delivery.Name, " ", "-"), func(b *testing.B) {
			s := newScenarioOn(b, &ocitest.Server{}, "LOG_LEVEL=error")
			header := delivery.Header.Clone()
			if header == nil {
				header = http.Header{}
			}
			peak := 0.0
			for b.Loop() {
				_, err := s.host.Invoke(b.Context(), fnhost.Call{Header: header, Body: delivery.Body})
				if os.Getenv("SHOW") != "" {
					b.Log(err)
				}
				for _, pid := range children(b) {
					peak = max(peak, peakMemory(b, pid))
				}
			}
			b.ReportMetric(peak, "peak-MB")
			b.ReportMetric(float64(len(s.oci.Calls())), "calls")
		})
	}
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
	s := newScenario(t, "", "")
	for size, want := range map[int]string{15 << 10: "200", 17 << 10: "431"} {
		answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: http.Header{"Fn-Intent": {"httprequest"}, "Fn-Http-Method": {"GET"},
			"Fn-Http-Request-Url": {"/health"}, "Fn-Http-H-X-A": {strings.Repeat("x", size)}}})
		if err != nil || answer.Header.Get("Fn-Http-Status") != want {
			t.Errorf("%d bytes: %v %v %s", size, err, answer.Header, answer.Body)
		}
	}
}
