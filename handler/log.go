package handler

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"sender-invitations/events"
)

// logRecord is the one line about what came of a record.
func (i *invocation) logRecord(t *task) {
	r := t.Result
	attributes := append([]slog.Attr{slog.Int64("attempts", t.tally.attempted()), milliseconds(t.took)}, resultAttributes(r)...)
	level := slog.LevelInfo
	if r.Error != nil {
		level = slog.LevelWarn
		attributes = append(attributes, faultAttributes(r.Error)...)
	}
	i.log.LogAttrs(context.Background(), level, "record", attributes...)
}

// logPanic tells of a panic, with the stack. It is called by the deferred function that recovered.
func (i *invocation) logPanic(message string, fault any) {
	stack := string(debug.Stack())
	if elsewhere, ok := fault.(panicElsewhere); ok {
		fault, stack = elsewhere.fault, elsewhere.stack
	}
	i.log.Error(message, "panic", events.Private(fmt.Sprint(fault)), "stack", stack)
}

// panicElsewhere is a panic of another goroutine, whose stack ends there.
type panicElsewhere struct {
	fault any
	stack string
}

// logUnpublished tells of a result that no topic has, with the digest of the record that it is about.
func (i *invocation) logUnpublished(message string, p events.Publication, err error) {
	attributes := append(resultAttributes(p.Result), faultAttributes(err)...)
	if len(p.Original) > 0 {
		attributes = append(attributes, slog.String("eventSha256", events.Digest(p.Original)))
	}
	i.log.LogAttrs(context.Background(), slog.LevelError, message, attributes...)
}

// resultAttributes are the parts of a result that may be logged: of the invitation its id, status and recipient.
func resultAttributes(r events.Result) []slog.Attr {
	trigger := events.Trigger{}
	if r.Trigger != nil {
		trigger = *r.Trigger
	}
	invitation := events.ReadInvitation(r.Invitation)
	var attributes []slog.Attr
	for _, attribute := range []slog.Attr{
		slog.String("operation", r.Operation), slog.String("outcome", string(r.Outcome)),
		slog.String("invitation", invitation.ID), slog.String("status", invitation.Status),
		slog.String("recipient", invitation.RecipientTenancyID), slog.String("opcRequestId", r.OpcRequestID),
		slog.String("eventId", trigger.ID), slog.String("eventType", trigger.Type), slog.String("rule", trigger.Rule),
	} {
		if text := attribute.Value.String(); text != "" {
			attributes = append(attributes, slog.String(attribute.Key, events.Private(text)))
		}
	}
	return attributes
}

// faultAttributes are the parts of an error that may be logged. The message is not among them: the API's can quote an
// e-mail address.
func faultAttributes(err error) []slog.Attr {
	fault := events.AsError(err)
	if fault == nil {
		return nil
	}
	return []slog.Attr{slog.Int("errorStatus", fault.Status), slog.String("errorCode", fault.Code), slog.Bool("retryable", fault.Retryable)}
}

// milliseconds is how long what the line tells of took.
func milliseconds(duration time.Duration) slog.Attr { return inMilliseconds("durationMs", duration) }

func inMilliseconds(name string, duration time.Duration) slog.Attr {
	return slog.Float64(name, float64(duration.Microseconds())/1000)
}
