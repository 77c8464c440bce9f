package handler_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openzipkin/zipkin-go/model"

	"sender-invitations/handler/trace"
	"sender-invitations/internal/ocitest"
)

// collector is a Zipkin collector.
type collector struct {
	*httptest.Server
	answer http.HandlerFunc // nil for 202

	mu    sync.Mutex
	spans []model.SpanModel
	posts int
}

func newCollector(t *testing.T, answer http.HandlerFunc) *collector {
	c := &collector{answer: answer}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var spans []model.SpanModel
		if err := json.NewDecoder(r.Body).Decode(&spans); err != nil || r.Method != http.MethodPost ||
			r.Header.Get("Content-Type") != "application/json" || r.URL.Query().Get("dataKey") != "secretDataKey" {
			t.Errorf("%s %s %v: %v", r.Method, r.URL, r.Header, err)
		}
		c.mu.Lock()
		c.spans, c.posts = append(c.spans, spans...), c.posts+1
		c.mu.Unlock()
		if c.answer != nil {
			c.answer(w, r)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) url() string {
	return c.URL + "/20200101/observations/public-span?dataFormat=zipkin&dataFormatVersion=2&dataKey=secretDataKey"
}

func (c *collector) take() (spans []model.SpanModel, posts int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	spans, posts = c.spans, c.posts
	c.spans, c.posts = nil, 0
	return spans, posts
}

const (
	traceID = "463ac35c9f6413ad48485a3953bb6124"
	spanID  = "a2fb4a1d1a96d312"
)

// traced returns the request of an invocation with a trace.
func traced(method, path, body string, given trace.Context) *http.Request {
	return httptest.NewRequestWithContext(trace.With(context.Background(), given), method, path, strings.NewReader(body))
}

// An invocation has a span below the platform's, and each attempt of a call to OCI has one below that. All are sent before the answer, in
// one request, and result events name the trace.
func TestTrace(t *testing.T) {
	collected := newCollector(t, nil)
	calls := 0
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/senderInvitations") {
			if calls++; calls == 1 {
				return ocitest.Fault{Status: 429}
			}
		}
		return ocitest.Fault{}
	}})
	w := httptest.NewRecorder()
	f.Direct(w, traced(http.MethodPost, "/invoke", creates("a"), trace.Context{CollectorURL: collected.url(), ServiceName: "app::fn",
		TraceID: traceID, SpanID: spanID, Sampled: true}))
	spans, posts := collected.take()
	if posts != 1 || len(spans) != 5 {
		t.Fatalf("%d spans in %d posts: %+v", len(spans), posts, spans)
	}
	root := spans[len(spans)-1]
	if root.TraceID.String() != traceID || root.ParentID == nil || root.ParentID.String() != spanID || root.ID.String() == spanID || root.Kind != model.Server ||
		root.Name != "direct" || root.LocalEndpoint.ServiceName != "app::fn" || root.Tags["callId"] == "" || root.Tags["error"] != "" || root.Duration <= 0 {
		t.Errorf("%+v", root)
	}
	var told []string
	for _, span := range spans[:4] {
		if span.TraceID != root.TraceID || span.ParentID == nil || *span.ParentID != root.ID || span.Kind != model.Client ||
			span.Timestamp.Before(root.Timestamp) || span.Timestamp.Add(span.Duration).After(root.Timestamp.Add(root.Duration+1e3)) {
			t.Errorf("%+v", span)
		}
		told = append(told, fmt.Sprint(span.Name, " ", span.RemoteEndpoint.ServiceName, " ", span.Tags["http.method"], " ", span.Tags["http.status_code"], " ", span.Tags["error"]))
	}
	if want := []string{"listsenderinvitations organizations GET 200 ", "createsenderinvitation organizations POST 429 TooManyRequests",
		"createsenderinvitation organizations POST 200 ", "publishmessage notifications POST 202 "}; !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
	if parent := fmt.Sprintf(`"traceparent":"00-%s-%s-01"`, traceID, root.ID); !strings.Contains(f.oci.Messages()[0].Body, parent) {
		t.Errorf("no %s in %s", parent, f.oci.Messages()[0].Body)
	}
}

// The trace context of the platform may be invalid or missing.
func TestTraceContexts(t *testing.T) {
	for _, c := range []struct {
		trace, span string
		sampled     bool
		want        string // of the traceparent; x is any digit
	}{
		{traceID, spanID, false, "00-" + traceID + "-xxxxxxxxxxxxxxxx-00"},
		{"48485a3953bb6124", spanID, true, "00-000000000000000048485a3953bb6124-xxxxxxxxxxxxxxxx-01"},
		{"", "", true, "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-01"},
		{"not hexadecimal", spanID, true, "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-01"},
		{traceID + "00", spanID, true, "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-01"},
		{traceID, "0", true, "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-01"},
	} {
		collected := newCollector(t, nil)
		f := newFunction(t, &ocitest.Server{})
		w := httptest.NewRecorder()
		f.HTTP(w, traced(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+sender+`", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`,
			trace.Context{CollectorURL: collected.url(), TraceID: c.trace, SpanID: c.span, Sampled: c.sampled}))
		spans, _ := collected.take()
		if w.Code != http.StatusOK || (len(spans) == 3) != c.sampled {
			t.Errorf("%+v: %d, %d spans", c, w.Code, len(spans))
		}
		var event struct{ TraceParent string }
		if err := json.Unmarshal([]byte(f.oci.Messages()[0].Body), &event); err != nil {
			t.Fatal(err)
		}
		masked := []byte(event.TraceParent)
		for index := range min(len(masked), len(c.want)) {
			if c.want[index] == 'x' && strings.ContainsRune("0123456789abcdef", rune(masked[index])) {
				masked[index] = 'x'
			}
		}
		if string(masked) != c.want {
			t.Errorf("%+v: traceparent %s", c, event.TraceParent)
		}
		if c.sampled && (spans[2].LocalEndpoint.ServiceName != "sender-invitations" || spans[2].Tags["http.status_code"] != "200") {
			t.Errorf("%+v", spans[2])
		}
	}
}

// The trace context of the event itself is preferred to that of the invocation.
func TestTraceOfTheEvent(t *testing.T) {
	collected := newCollector(t, nil)
	f := newFunction(t, &ocitest.Server{})
	f.Direct(httptest.NewRecorder(), traced(http.MethodPost, "/invoke", `{"specversion": "1.0", "id": "1", "source": "/s", "type": "senderinvitation.create",
		"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "data": {"recipientTenancyId": "ocid1.tenancy.oc1..a"}}`,
		trace.Context{CollectorURL: collected.url(), TraceID: traceID, SpanID: spanID, Sampled: true}))
	if body := f.oci.Messages()[0].Body; !strings.Contains(body, "0af7651916cd43dd8448eb211c80319c") {
		t.Error(body)
	}
}

// If the collector fails, does not answer, or has no valid address, only a log line tells so, without the data key.
func TestCollectorFails(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"refuses":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"redirects": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"cuts":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"hangs":     func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"none":      nil,
	} {
		t.Run(name, func(t *testing.T) {
			collected := newCollector(t, answer)
			url, wanted := collected.url(), "spans could not be sent"
			if answer == nil {
				url, wanted = "http://collector.example/?dataKey=secretDataKey", "no trace"
			}
			f := newFunction(t, &ocitest.Server{}, "LOG_LEVEL", "debug")
			w, started := httptest.NewRecorder(), time.Now()
			f.Direct(w, traced(http.MethodPost, "/invoke", creates("a"), trace.Context{CollectorURL: url, Sampled: true}))
			if took := time.Since(started); took > 15*time.Second { // of the 30 that an invocation has
				t.Errorf("answered after %s", took)
			}
			if !strings.Contains(w.Body.String(), `"outcome":"created"`) || len(f.oci.Messages()) != 1 {
				t.Error(w.Body)
			}
			if log := f.log.String(); !strings.Contains(log, wanted) || strings.Contains(log, "secretDataKey") {
				t.Error(log)
			}
		})
	}
}

// The answer waits for the collector no longer than the deadline allows. Otherwise the collector's half second would end after it.
func TestTraceWithinTheDeadline(t *testing.T) {
	t.Parallel()
	collected := newCollector(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	var slow atomic.Bool
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if slow.Load() && strings.HasSuffix(r.URL.Path, "/messages") {
			return ocitest.Fault{Delay: 3510 * time.Millisecond}
		}
		return ocitest.Fault{}
	}})
	f.invoke(createForAcme) // what a first call takes longer does not count
	slow.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second) // 3.75 of which are for publishing
	defer cancel()
	ctx = trace.With(ctx, trace.Context{CollectorURL: collected.url(), Sampled: true})
	w := httptest.NewRecorder()
	f.Direct(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/invoke", strings.NewReader(creates("a"))))
	if ctx.Err() != nil || !strings.Contains(w.Body.String(), `"outcome":"created"`) {
		t.Errorf("%v: %s", ctx.Err(), w.Body)
	}
}

// The span of a cut invocation is marked as failed, and is sent before the cut.
func TestTraceOfACut(t *testing.T) {
	collected := newCollector(t, nil)
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault { return ocitest.Fault{Reset: true} }}, "MAX_ATTEMPTS", "1")
	func() {
		defer func() { _ = recover() }()
		f.Direct(httptest.NewRecorder(), traced(http.MethodPost, "/invoke", creates("a"), trace.Context{CollectorURL: collected.url(), Sampled: true}))
		t.Error("not cut")
	}()
	spans, _ := collected.take()
	if len(spans) < 2 || spans[len(spans)-1].Tags["error"] != "cut" || spans[0].Tags["error"] != "BadGateway" {
		t.Errorf("%+v", spans)
	}
}

// Without tracing there is no span, no traceparent and no call to a collector.
func TestNoTrace(t *testing.T) {
	f := newFunction(t, &ocitest.Server{})
	f.invoke(creates("a"))
	if body := f.oci.Messages()[0].Body; strings.Contains(body, "traceparent") {
		t.Error(body)
	}
}
