package trace

import (
	"context"
	"regexp"
	"strings"
	"testing"
)

// FuzzTraceContext asserts that with any trace context of the platform a trace has a valid traceparent, and sends spans only to an http
// or https address.
func FuzzTraceContext(f *testing.F) {
	f.Add("https://apm.example/?dataKey=k", "463ac35c9f6413ad48485a3953bb6124", "a2fb4a1d1a96d312", true)
	f.Add("http://127.0.0.1:9411/", "48485a3953bb6124", "0", false)
	f.Add("http://apm.example/", "-1", "+1", true)
	form := regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$`)
	f.Fuzz(func(t *testing.T, collector, traceID, spanID string, sampled bool) {
		ctx := With(context.Background(), Context{CollectorURL: collector, TraceID: traceID, SpanID: spanID, Sampled: sampled})
		trace, err := Start(ctx, "direct", "c")
		if (err == nil) != (trace != nil) {
			t.Fatal(trace, err)
		}
		if trace == nil {
			return
		}
		if parent := trace.Parent(); !form.MatchString(parent) || strings.HasPrefix(parent, "00-00000000000000000000000000000000") || strings.HasSuffix(parent[:52], "-0000000000000000") {
			t.Errorf("traceparent %q", parent)
		}
		if !strings.HasPrefix(collector, "https://") && !strings.HasPrefix(strings.ToLower(collector), "http") {
			t.Errorf("sends to %q", collector)
		}
	})
}
