package handler

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
)

// task is one record on its way: what it asks for, and what has come of it so far.
type task struct {
	events.Publication
	// command is what is left to carry out; it has no operation if nothing is.
	command Command
	tried   []Difference // the rules that do not match
	spent   float64      // steps of the rules' expressions
	unasked error        // why the rules are not asked; nil: they are
	took    time.Duration
	tally   *tally // nil: nothing was asked of OCI for it
	// kept is the size of what all tasks of the delivery have read for its answer so far.
	kept *atomic.Int64
	// recipient is the recipient tenancy that the task is kept in order with, in a list of several; "" if it is for none.
	recipient string
}

// attempt does a part of the work on a task. Its error fails the task, and a panic that task alone.
func (i *invocation) attempt(t *task, do func() error) {
	started := time.Now()
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic while working on a record", fault)
			t.fail(events.Internal())
		}
		t.took += time.Since(started)
	}()
	if err := do(); err != nil {
		t.fail(err)
	}
}

func (t *task) fail(err error) {
	t.Result, t.command = failed(t.Result, err), Command{}
}

// plan finds out what a record asks for: replay, loop guard, command, rules, in this order. It calls nothing.
func (i *invocation) plan(delivery events.Delivery, record events.Record) *task {
	t := &task{}
	i.planTask(t, delivery, record)
	return t
}

func (i *invocation) planTask(t *task, delivery events.Delivery, record events.Record) {
	i.attempt(t, func() error {
		replayed, err := i.original(t, delivery, record)
		if err != nil {
			return err
		}
		return i.planEvent(t, replayed)
	})
}

// original sets what the task knows of its record, and returns the record; that of a replay is the one that the failed
// event carries.
func (i *invocation) original(t *task, delivery events.Delivery, record events.Record) (events.Record, error) {
	t.Original, t.Listed = record.Body, record.Listed
	if !i.isReplay(delivery, record) {
		return record, nil
	}
	t.Result.Trigger = triggerOf(record.Event) // of a replay that is refused
	original, replays, err := events.Replay(record.Event.Data(), delivery)
	if err != nil {
		return record, err
	}
	t.Original, t.Listed, t.Replays, t.Result.Trigger = original.Body, original.Listed, replays, nil
	return original, nil
}

// planEvent fills the task in as far as is known at each step, so that a failure finds it telling.
func (i *invocation) planEvent(t *task, record events.Record) error {
	if record.Err != nil {
		t.Key = events.Digest(record.Body)
		return record.Err
	}
	trigger := triggerOf(record.Event)
	t.Result.Trigger = trigger
	command, err := i.commandOf(record.Event, t)
	if command.operation == nil {
		t.Result.Outcome = events.Ignored
		return err
	}
	t.Result.Operation = command.operation.name
	t.Subject = subjectOf(command.SenderInvitationID, command.RecipientTenancyID)
	if err == nil {
		err = command.check()
	}
	command.setKey(trigger)
	t.command = command
	return err
}

// carryOut carries out the task's command.
func (i *invocation) carryOut(ctx context.Context, t *task) error {
	own, command := *i, t.command
	own.observer = i.apart()
	t.tally = own.tally
	defer i.look.forget(t.recipient)
	result, err := command.operation.run(&own, ctx, command)
	result.Operation, result.Trigger = t.Result.Operation, t.Result.Trigger
	t.Result, t.command = result, Command{}
	if isRead(result) && t.kept.Add(int64(sizeOfResult(result))) > events.MaxBody {
		t.brief() // a thousand lists would fill the memory, and no answer has room for them
	}
	return err
}

// brief leaves out of the result what is long, but for the trigger.
func (t *task) brief() {
	trigger := t.Result.Trigger
	t.Result = t.Result.Brief()
	t.Result.Trigger = trigger
}

// isReplay reports whether the record is a failed event that somebody sends back. One that a topic delivers to the
// function itself is not: that would be a loop.
func (i *invocation) isReplay(delivery events.Delivery, record events.Record) bool {
	return record.Err == nil && i.ownName(record.Event) == string(events.Failed) && !delivery.FromNotifications()
}

// commandOf is the command that the event asks for; without an operation if the event is nobody's business.
// The rules are not asked about commands; nor about results of this function, so that no rule can make a loop of them.
func (i *invocation) commandOf(e event.Event, t *task) (Command, error) {
	name := i.ownName(e)
	if op := commandNamed(name); op != nil {
		return parseCommand(op, e.Data())
	}
	if slices.Contains(events.Outcomes, events.Outcome(name)) {
		return Command{}, nil
	}
	if t.unasked != nil {
		return Command{}, t.unasked
	}
	m, err := match(i.config.rules(), e)
	defer func() { t.spent = m.spent() }()
	t.tried = m.tried
	if m.rule == nil {
		return Command{}, nil
	}
	t.Result.Trigger.Rule = m.rule.name
	if err != nil {
		return Command{}, err
	}
	command, err := m.rule.command(m.view)
	command.operation = m.rule.operation
	return command, err
}

// ownName is what follows this function's prefix in the event's type, in lower case; "" if the type is not its own.
func (i *invocation) ownName(e event.Event) string {
	name, own := strings.CutPrefix(strings.ToLower(e.Type()), strings.ToLower(i.config.EventTypePrefix)+".")
	if !own {
		return ""
	}
	return name
}

func triggerOf(e event.Event) *events.Trigger {
	trigger := &events.Trigger{ID: e.ID(), Source: e.Source(), Type: e.Type()}
	if parent, ok := e.Extensions()["traceparent"].(string); ok {
		trigger.TraceParent = parent
	}
	return trigger
}

// subjectOf is the first of the texts that is an OCID: what a command says may be anything.
func subjectOf(texts ...string) string {
	for _, text := range texts {
		if len(text) <= 255 && isOCID(text, "") {
			return text
		}
	}
	return ""
}

// failed is r turned into a failure.
func failed(r events.Result, err error) events.Result {
	fault := events.AsError(err)
	return events.Result{Operation: r.Operation, Outcome: events.Failed, OpcRequestID: fault.OpcRequestID,
		Trigger: r.Trigger, Error: fault}
}
