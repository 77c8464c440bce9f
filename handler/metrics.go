package handler

import (
	"context"
	"log/slog"
	"time"

	"sender-invitations/events"
)

// metrics is what is counted of the results of an invocation, for its line in the log.
type metrics struct {
	records, retryable     int
	published, unpublished int // results
	outcomes               map[events.Outcome]int
}

func (m *metrics) add(p events.Publication) {
	if m.outcomes == nil {
		m.outcomes = map[events.Outcome]int{}
	}
	m.records++
	m.outcomes[p.Result.Outcome]++
	if p.Result.Error != nil && p.Result.Error.Retryable {
		m.retryable++
	}
}

// endDirect tells of a direct invocation; err is why it is cut.
func (i *invocation) endDirect(ctx context.Context, err error) {
	if err != nil {
		i.end(ctx, slog.LevelError, 0, "cut", slog.Bool("cut", true), slog.String("reason", err.Error()))
		return
	}
	i.end(ctx, slog.LevelInfo, 0, "", slog.Bool("cut", false))
}

// endHTTP tells of a request through the gateway. Of its path only the route is told: the rest may be anything.
func (i *invocation) endHTTP(ctx context.Context, method, route string, answer response) {
	level, fault := slog.LevelInfo, ""
	if answer.status >= 400 {
		level = slog.LevelWarn
	}
	if answer.status >= 500 { // what is the caller's fault is no failed span
		fault = answer.code
	}
	i.end(ctx, level, answer.status, fault, slog.String("method", events.Private(method)), slog.String("route", route),
		slog.Int("status", answer.status), slog.String("errorCode", answer.code),
		slog.String("opcRequestId", events.Private(answer.header.Get("opc-request-id"))))
}

// end writes the one line of an invocation, of which metrics can be made: its numbers always stand there, also where they are
// 0. Then it ends the trace.
func (i *invocation) end(ctx context.Context, level slog.Level, status int, fault string, attributes ...slog.Attr) {
	attributes = append(attributes, slog.Int("records", i.metrics.records))
	for _, outcome := range events.Outcomes {
		attributes = append(attributes, slog.Int(string(outcome), i.metrics.outcomes[outcome]))
	}
	attributes = append(attributes, slog.Int("retryable", i.metrics.retryable), slog.Int("published", i.metrics.published),
		slog.Int("unpublished", i.metrics.unpublished), slog.Int64("ociAttempts", i.tally.attempts.Load()),
		slog.Int64("ociRepeated", i.tally.repeated.Load()), slog.Int64("ociThrottled", i.tally.throttled.Load()),
		inMilliseconds("ociMs", time.Duration(i.tally.took.Load())), milliseconds(time.Since(i.started)))
	i.log.LogAttrs(ctx, level, "invocation", attributes...)
	if i.trace != nil {
		i.endTrace(ctx, status, fault)
	}
}

// endTrace sends the spans, in what is left of the time for publishing.
func (i *invocation) endTrace(ctx context.Context, status int, fault string) {
	i.trace.end(status, fault)
	_, publishing, cancel := i.contexts(ctx)
	defer cancel()
	if err := i.trace.flush(publishing, i.connection.http); err != nil {
		i.log.Warn("spans could not be sent", "reason", reason(err))
	}
}
