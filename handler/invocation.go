package handler

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync/atomic"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/private"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/publish"
	"sender-invitations/handler/trace"
)

// invocation is one call of the function, through either door.
type invocation struct {
	*Handler
	callID  string
	door    string
	started time.Time
	budget  oci.Budget
	watch   oci.Observer
	session *invitations.Session
	counts  counts
	alone   bool         // set if there is only one command, so no other waits for the answer
	kept    atomic.Int64 // bytes that reads keep for the answer
}

// counts holds the numbers of the invocation's log line.
type counts struct {
	records, retryable int
	told, resent       int // by polls
	outcomes           map[events.Outcome]int
	publish.Counts
}

type callIDKey struct{}

// WithCallID returns a context that carries the platform's id of the invocation, for [Handler.Direct] and [Handler.HTTP].
func WithCallID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, callIDKey{}, id)
}

// The doors, as log lines and spans name them.
const (
	directDoor  = "direct"
	gatewayDoor = "gateway"
)

func (h *Handler) invocation(ctx context.Context, door string) *invocation {
	id, _ := ctx.Value(callIDKey{}).(string)
	if id == "" {
		id = rand.Text() // a record without an id of its own needs one
	}
	log := h.logger.With("callId", id, "coldStart", !h.warm.Swap(true), "door", door)
	span, err := trace.Start(ctx, door, id)
	if err != nil { // the invocation goes on without a trace
		log.Warn("no trace: " + err.Error())
	}
	watch := oci.Observer{Log: log, Tally: &oci.Tally{}, Trace: span}
	if command.IsHeaderValue(id) {
		watch.RequestID = id
	}
	return &invocation{Handler: h, callID: id, door: door, started: time.Now(), budget: oci.NewBudget(ctx), watch: watch,
		session: h.executor.Session(), counts: counts{outcomes: map[events.Outcome]int{}}}
}

// count counts the result of a record or a request.
func (c *counts) count(r events.Result) {
	c.records++
	c.countResult(r)
}

// addPoll adds what a poll has told and published, also if it has failed then.
func (c *counts) addPoll(t *task) {
	c.told, c.resent = c.told+t.polled.Told, c.resent+t.polled.Resent
	c.Add(t.published)
}

func (c *counts) countResult(r events.Result) {
	c.outcomes[r.Outcome]++
	if r.Error != nil && r.Error.Retryable {
		c.retryable++
	}
}

// publish publishes the results, and counts them.
func (i *invocation) publish(ctx context.Context, results []emit.Publication) error {
	counts, err := i.publisher.Publish(ctx, i.watch, results)
	i.counts.Add(counts)
	return err
}

// endDirect ends an invocation of the direct door. The error is the reason to cut the connection.
func (i *invocation) endDirect(ctx context.Context, err error) {
	if err != nil {
		i.end(ctx, slog.LevelError, 0, "cut", slog.Bool("cut", true), slog.String("reason", err.Error()))
		return
	}
	i.end(ctx, slog.LevelInfo, 0, "", slog.Bool("cut", false))
}

// endHTTP ends an invocation of the HTTP door. The log has the route only, for the path may hold anything.
func (i *invocation) endHTTP(ctx context.Context, method, route string, answer response) {
	level, code := slog.LevelInfo, ""
	if answer.status >= 400 {
		level = slog.LevelWarn
	}
	if answer.status >= 500 { // a caller's fault (4xx) does not make the span a failed one
		code = answer.code
	}
	i.end(ctx, level, answer.status, code, slog.String("method", private.Text(method)), slog.String("route", route),
		slog.Int("status", answer.status), slog.String("errorCode", answer.code),
		slog.String("opcRequestId", private.Text(answer.header.Get("opc-request-id"))))
}

// end writes the log line of the invocation and ends the trace. The line has all its numbers even if they are 0, for metrics are made of
// them.
func (i *invocation) end(ctx context.Context, level slog.Level, status int, code string, attributes ...slog.Attr) {
	attributes = append(attributes, slog.Int("records", i.counts.records))
	for _, outcome := range events.Outcomes {
		attributes = append(attributes, slog.Int(string(outcome), i.counts.outcomes[outcome]))
	}
	tally := i.watch.Tally
	attributes = append(attributes, slog.Int("told", i.counts.told), slog.Int("resent", i.counts.resent),
		slog.Int("retryable", i.counts.retryable), slog.Int("published", i.counts.Published),
		slog.Int("brief", i.counts.Brief), slog.Int("unpublished", i.counts.Unpublished), slog.Int64("ociAttempts", tally.Attempts.Load()),
		slog.Int64("ociRepeated", tally.Repeated.Load()), slog.Int64("ociThrottled", tally.Throttled.Load()),
		oci.Milliseconds("ociMs", time.Duration(tally.Took.Load())), oci.Milliseconds("durationMs", time.Since(i.started)))
	i.watch.Log.LogAttrs(ctx, level, "invocation", attributes...)
	if i.watch.Trace == nil {
		return
	}
	_, publishing, cancel := i.budget.Contexts(ctx)
	defer cancel()
	if err := i.watch.Trace.End(publishing, i.client.HTTP, status, code); err != nil {
		i.watch.Log.Warn("spans could not be sent", "reason", oci.Reason(err))
	}
}
