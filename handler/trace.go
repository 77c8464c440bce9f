package handler

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openzipkin/zipkin-go"
	"github.com/openzipkin/zipkin-go/model"
	"github.com/openzipkin/zipkin-go/reporter"

	"sender-invitations/events"
)

// TraceContext is what the platform hands over of the trace that an invocation belongs to, where tracing is enabled for the
// function (https://docs.oracle.com/iaas/Content/Functions/Tasks/functionstracing.htm): the values of the B3 headers
// (https://github.com/openzipkin/b3-propagation) and where to send spans.
type TraceContext struct {
	// CollectorURL takes spans by POST in Zipkin's JSON, version 2 (OCI_TRACE_COLLECTOR_URL). Its query holds the key of the
	// APM domain.
	CollectorURL string
	// ServiceName is what the spans are listed under.
	ServiceName string
	// TraceID and SpanID are hexadecimal, of 128 or 64 and of 64 bits. If they are not, a new trace begins.
	TraceID, SpanID string
	// Sampled tells whether spans are wanted of this invocation.
	Sampled bool
}

type traceContextKey struct{}

// WithTrace returns a context by which [Handler.Direct] and [Handler.HTTP] know the trace.
func WithTrace(ctx context.Context, trace TraceContext) context.Context {
	return context.WithValue(ctx, traceContextKey{}, trace)
}

// trace is an invocation as tracing sees it: a span, of which those of the attempts of calls to OCI are children. A nil trace
// has no parent and watches no attempt.
type trace struct {
	collector string
	tracer    *zipkin.Tracer
	span      zipkin.Span // of the invocation
	spans     spans
}

// maxSpans is the most spans of attempts that are sent of one invocation; a tag of the invocation's tells how many are left out.
const maxSpans = 1000

// spans collects what has ended. It is the tracer's reporter: that of the library sends in the background, which a container
// that is frozen between calls has not.
type spans struct {
	mu      sync.Mutex
	ended   []*model.SpanModel
	leftOut int
}

// Send keeps a span that has ended.
func (s *spans) Send(span model.SpanModel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ended) >= maxSpans && span.Kind == model.Client {
		s.leftOut++
		return
	}
	s.ended = append(s.ended, &span)
}

// Close does nothing.
func (s *spans) Close() error { return nil }

// startTrace starts the invocation's span. It returns nil where tracing is off, or has nowhere to send spans.
func startTrace(ctx context.Context, log *slog.Logger, door, callID string) *trace {
	given, enabled := ctx.Value(traceContextKey{}).(TraceContext)
	if !enabled {
		return nil
	}
	if !isCollector(given.CollectorURL) { // an invitation does not depend on it
		log.Warn("no trace: OCI_TRACE_COLLECTOR_URL is not an https:// address")
		return nil
	}
	t := &trace{collector: given.CollectorURL}
	local, _ := zipkin.NewEndpoint(cmp.Or(strings.Trim(given.ServiceName, ":"), "sender-invitations"), "") // fails for an address only
	t.tracer, _ = zipkin.NewTracer(&t.spans, zipkin.WithLocalEndpoint(local), zipkin.WithSharedSpans(false), zipkin.WithTraceID128Bit(true))
	t.span = t.tracer.StartSpan(door, zipkin.Kind(model.Server), zipkin.Parent(given.parent()),
		zipkin.Tags(map[string]string{"callId": callID}))
	return t
}

// parent is the span that the platform has for the invocation; one without ids begins a trace.
func (given TraceContext) parent() model.SpanContext {
	parent := model.SpanContext{Sampled: &given.Sampled}
	trace, err := model.TraceIDFromHex(given.TraceID)
	span, fault := strconv.ParseUint(given.SpanID, 16, 64)
	if err == nil && fault == nil && span != 0 && len(given.TraceID) <= 32 {
		parent.TraceID, parent.ID = trace, model.ID(span)
	}
	return parent
}

// isCollector reports whether spans may be sent to the address: what is in them is nobody else's business.
func isCollector(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Hostname() != "" && (parsed.Scheme == "https" || parsed.Scheme == "http" && isLoopback(parsed.Hostname()))
}

// parent is the traceparent that others are to know the invocation by (https://www.w3.org/TR/trace-context/#traceparent-header).
func (t *trace) parent() string {
	if t == nil {
		return ""
	}
	c := t.span.Context()
	flags := 0
	if *c.Sampled {
		flags = 1
	}
	return fmt.Sprintf("00-%016x%016x-%016x-%02x", c.TraceID.High, c.TraceID.Low, uint64(c.ID), flags)
}

// attempt starts the span of an attempt of a call; the function that it returns ends it.
func (t *trace) attempt(request call) (ended func(answer, error)) {
	if t == nil {
		return func(answer, error) {}
	}
	remote, _ := zipkin.NewEndpoint(request.service.name, "")
	span := t.tracer.StartSpan(request.operation.api, zipkin.Kind(model.Client), zipkin.Parent(t.span.Context()), zipkin.RemoteEndpoint(remote))
	return func(got answer, err error) {
		span.Tag("http.method", request.operation.method)
		fault := ""
		if err != nil {
			fault = events.AsError(err).Code
		}
		tagged(span, got.status, fault)
		if id := got.header.Get("opc-request-id"); id != "" {
			span.Tag("opcRequestId", events.Private(id))
		}
		span.Finish()
	}
}

// tagged adds how a span ended: Zipkin takes any "error" for a failure.
func tagged(span zipkin.Span, status int, fault string) {
	if status != 0 {
		span.Tag("http.status_code", strconv.Itoa(status))
	}
	if fault != "" {
		span.Tag("error", fault)
	}
}

// end ends the invocation's span.
func (t *trace) end(status int, fault string) {
	tagged(t.span, status, fault)
	if t.spans.leftOut > 0 { // the attempts are over
		t.span.Tag("spansLeftOut", strconv.Itoa(t.spans.leftOut))
	}
	t.span.Finish()
}

// maxFlush is the longest that an answer waits for the collector.
const maxFlush = 500 * time.Millisecond

// flush sends the spans, if any are wanted, within ctx. They cannot be sent later: between calls the container is frozen.
func (t *trace) flush(ctx context.Context, client *http.Client) error {
	if len(t.spans.ended) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxFlush)
	defer cancel()
	encoded, err := reporter.JSONSerializer{}.Serialize(t.spans.ended)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.collector, bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", reporter.JSONSerializer{}.ContentType())
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be kept
	if response.StatusCode >= 300 {
		return fmt.Errorf("the collector answers %d", response.StatusCode)
	}
	return nil
}
