// Package trace makes the spans of an invocation: one for the invocation, one for each attempt of a call to OCI. It sends them to
// the collector of OCI's Application Performance Monitoring, which speaks Zipkin.
package trace

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openzipkin/zipkin-go"
	"github.com/openzipkin/zipkin-go/model"
	"github.com/openzipkin/zipkin-go/reporter"
)

// Context describes the trace that an invocation belongs to, if tracing is enabled for the function
// (https://docs.oracle.com/iaas/Content/Functions/Tasks/functionstracing.htm). The platform gives the values of the B3 headers
// (https://github.com/openzipkin/b3-propagation) and the address of the collector.
type Context struct {
	// CollectorURL takes spans by POST in Zipkin's JSON, version 2 (OCI_TRACE_COLLECTOR_URL). Its query holds the key of the
	// APM domain.
	CollectorURL string
	// ServiceName is the name that the spans are listed under.
	ServiceName string
	// TraceID (128 or 64 bits) and SpanID (64 bits) are hexadecimal. If they are not, a new trace begins.
	TraceID, SpanID string
	// Sampled tells whether the spans of this invocation are wanted.
	Sampled bool
}

type contextKey struct{}

// With returns a context that carries c.
func With(ctx context.Context, c Context) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// From returns the Context that ctx carries; false if tracing is off.
func From(ctx context.Context) (Context, bool) {
	c, enabled := ctx.Value(contextKey{}).(Context)
	return c, enabled
}

// Trace is the span of an invocation, with those of its calls. All methods of a nil Trace do nothing.
type Trace struct {
	collector string
	tracer    *zipkin.Tracer
	span      zipkin.Span // of the invocation
	spans     spans
}

// maxSpans is the maximum number of spans of calls that are sent for one invocation. The tag spansLeftOut counts the others.
const maxSpans = 1000

// spans collects the spans that have ended. It is the tracer's reporter. The library's own reporter sends in the background, but a
// container is frozen between two invocations.
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

// ErrCollector is the error of [Start] if the collector's address may not be used.
var ErrCollector = errors.New("OCI_TRACE_COLLECTOR_URL is not an https:// address")

// Start starts the span of an invocation, with the name of the door; callID becomes a tag. It returns nil if tracing is off.
func Start(ctx context.Context, name, callID string) (*Trace, error) {
	given, enabled := From(ctx)
	if !enabled {
		return nil, nil
	}
	if !IsCollector(given.CollectorURL) {
		return nil, ErrCollector
	}
	t := &Trace{collector: given.CollectorURL}
	local, _ := zipkin.NewEndpoint(cmp.Or(strings.Trim(given.ServiceName, ":"), "sender-invitations"), "") // fails for an address only
	t.tracer, _ = zipkin.NewTracer(&t.spans, zipkin.WithLocalEndpoint(local), zipkin.WithSharedSpans(false), zipkin.WithTraceID128Bit(true))
	t.span = t.tracer.StartSpan(name, zipkin.Kind(model.Server), zipkin.Parent(given.parent()),
		zipkin.Tags(map[string]string{"callId": callID}))
	return t, nil
}

// parent returns the platform's span of the invocation. A span without ids begins a new trace.
func (c Context) parent() model.SpanContext {
	parent := model.SpanContext{Sampled: &c.Sampled}
	trace, err := model.TraceIDFromHex(c.TraceID)
	span, fault := strconv.ParseUint(c.SpanID, 16, 64)
	if err == nil && fault == nil && span != 0 && len(c.TraceID) <= 32 {
		parent.TraceID, parent.ID = trace, model.ID(span)
	}
	return parent
}

// IsCollector reports whether spans may be sent to the address: over https://, or http:// to a loopback host.
func IsCollector(address string) bool {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" {
		return false
	}
	loopback := parsed.Hostname() == "localhost" || net.ParseIP(parsed.Hostname()).IsLoopback()
	return parsed.Scheme == "https" || parsed.Scheme == "http" && loopback
}

// Parent returns the traceparent of the invocation's span (https://www.w3.org/TR/trace-context/#traceparent-header).
func (t *Trace) Parent() string {
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

// Ended ends the span of a call. The status is 0 if there was no answer; the code is "" unless the call failed.
type Ended func(status int, code, opcRequestID string)

// Call starts the span of one attempt of a call. service is the name of the service, api that of the API operation.
func (t *Trace) Call(service, api, method string) Ended {
	if t == nil {
		return func(int, string, string) {}
	}
	remote, _ := zipkin.NewEndpoint(service, "")
	span := t.tracer.StartSpan(api, zipkin.Kind(model.Client), zipkin.Parent(t.span.Context()), zipkin.RemoteEndpoint(remote))
	return func(status int, code, opcRequestID string) {
		span.Tag("http.method", method)
		tag(span, status, code)
		if opcRequestID != "" {
			span.Tag("opcRequestId", opcRequestID)
		}
		span.Finish()
	}
}

// tag adds the end of a call to its span. Zipkin treats a span with the tag "error" as failed, whatever the tag's value.
func tag(span zipkin.Span, status int, code string) {
	if status != 0 {
		span.Tag("http.status_code", strconv.Itoa(status))
	}
	if code != "" {
		span.Tag("error", code)
	}
}

// maxFlush is the longest that an answer waits for the collector.
const maxFlush = 500 * time.Millisecond

// End ends the invocation's span and sends all spans, if they are sampled, within ctx and half a second. They cannot be sent later, for
// the container is frozen between two invocations. The status is 0 at the direct door; the code is "" unless the invocation failed.
func (t *Trace) End(ctx context.Context, client *http.Client, status int, code string) error {
	if t == nil {
		return nil
	}
	tag(t.span, status, code)
	if t.spans.leftOut > 0 { // all attempts have ended
		t.span.Tag("spansLeftOut", strconv.Itoa(t.spans.leftOut))
	}
	t.span.Finish()
	if len(t.spans.ended) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxFlush)
	defer cancel()
	return t.send(ctx, client)
}

func (t *Trace) send(ctx context.Context, client *http.Client) error {
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
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // else the connection could not be reused
	if response.StatusCode >= 300 {
		return fmt.Errorf("the collector answers %d", response.StatusCode)
	}
	return nil
}
