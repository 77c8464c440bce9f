package handler

import (
	"context"
	"log/slog"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/private"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/publish"
	"sender-invitations/handler/work"
)

// task is one record on its way: what it asks for, and its result.
type task struct {
	emit.Publication
	order   *invitations.Order // nil if nothing is left to carry out
	asked   bool               // set if the rules were asked
	unasked error              // why the rules are not asked; nil if they are
	ignored string             // why the event is ignored
	took    time.Duration
	tally   *oci.Tally // nil if OCI was not called

	approves  *events.Approval // what the record approves; nil if it approves nothing
	work      *work.Request    // the work request that the command waits for; nil if it does not wait
	also      []*task          // what a poll has sent again
	polled    events.Poll      // what a poll has done
	published publish.Counts   // what a poll has published
}

// do does a part of the work on the task. An error or a panic fails this task alone.
func (i *invocation) do(t *task, part func() error) {
	started := time.Now()
	defer i.ended(t, started)
	if err := part(); err != nil {
		t.fail(err)
	}
}

// ended ends a part of the work on the task. It is deferred, and recovers from a panic.
func (i *invocation) ended(t *task, started time.Time) {
	if fault := recover(); fault != nil {
		i.logPanic("panic while working on a record", fault)
		t.fail(events.Internal())
	}
	t.took += time.Since(started)
}

// setOrder sets the order of the command, and what the result tells of it.
func (t *task) setOrder(c command.Command) {
	t.Result.Operation, t.Result.Previous = c.Operation.Name, c.Previous
	t.Subject, t.Recipient = subjectOf(c.SenderInvitationID, c.RecipientTenancyID), subjectOf(c.RecipientTenancyID)
	t.order = invitations.NewOrder(c, t.Result.Trigger)
}

func (t *task) ignore(reason string) {
	t.Result.Outcome, t.ignored = events.Ignored, reason
}

func (t *task) fail(err error) {
	t.Result, t.order = failed(t.Result, err), nil
}

// checkSender checks the command against the sender tenancy. The error names the rule that made the command.
func (t *task) checkSender(sender string) error {
	err := t.order.CheckSender(sender)
	if rule := t.Result.Trigger.Rule; err != nil && rule != "" {
		return events.AsError(err).Within("rule " + rule)
	}
	return err
}

// failed returns the result of r's operation and trigger that failed with the error.
func failed(r events.Result, err error) events.Result {
	fault := events.AsError(err)
	return events.Result{Operation: r.Operation, Outcome: events.Failed, Previous: r.Previous, OpcRequestID: fault.OpcRequestID, Trigger: r.Trigger, Error: fault}
}

// logTask writes the log line of a record.
func (i *invocation) logTask(t *task) {
	attempts := int64(0)
	if t.tally != nil {
		attempts = t.tally.Attempts.Load()
	}
	attributes := append([]slog.Attr{slog.Int64("attempts", attempts), oci.Milliseconds("durationMs", t.took)}, t.Result.LogAttrs()...)
	if t.approves != nil {
		attributes = append(attributes, slog.String("approves", private.Text(t.approves.ID)))
	}
	if t.ignored != "" {
		attributes = append(attributes, slog.String("reason", t.ignored))
	}
	level := slog.LevelInfo
	if t.Result.Error != nil {
		level = slog.LevelWarn
		attributes = append(attributes, t.Result.Error.LogAttrs()...)
	}
	i.watch.Log.LogAttrs(context.Background(), level, "record", attributes...)
}
