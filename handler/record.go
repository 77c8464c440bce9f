package handler

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
)

// record carries out one record: replay, loop guard, command, rules, in this order. A panic fails that record alone.
func (i *invocation) record(ctx context.Context, delivery events.Delivery, record events.Record) (p events.Publication) {
	started := time.Now()
	defer func() {
		if fault := recover(); fault != nil {
			i.logPanic("panic while working on a record", fault)
			p.Result = failed(p.Result, events.Internal())
		}
		i.logRecord(p.Result, time.Since(started))
	}()
	p.Original = record.Body
	if i.isReplay(delivery, record) {
		p.Result.Trigger = triggerOf(record.Event)
		original, replays, err := events.Replay(record.Event.Data(), delivery)
		if err != nil {
			p.Result = failed(p.Result, err)
			return p
		}
		record, p.Original, p.Replays, p.Result.Trigger = original, original.Body, replays, nil
	}
	if record.Err != nil {
		p.Key = events.Digest(record.Body)
		p.Result = failed(p.Result, record.Err)
		return p
	}
	i.event(ctx, record.Event, &p)
	return p
}

// isReplay reports whether the record is a failed event that somebody sends back. One that a topic delivers to the
// function itself is not: that would be a loop.
func (i *invocation) isReplay(delivery events.Delivery, record events.Record) bool {
	return record.Err == nil && i.ownName(record.Event) == string(events.Failed) && !delivery.FromNotifications()
}

// event carries out what the event asks for. The publication is filled in as far as is known at each step, so that
// also a panic leaves it telling.
func (i *invocation) event(ctx context.Context, e event.Event, p *events.Publication) {
	result, trigger := &p.Result, triggerOf(e)
	result.Trigger = trigger
	command, err := i.commandOf(e, trigger)
	if command.operation == nil && err == nil {
		result.Outcome = events.Ignored
		return
	}
	if command.operation != nil {
		result.Operation = command.operation.name
		p.Subject = subjectOf(command.SenderInvitationID, command.RecipientTenancyID)
	}
	if err == nil {
		var ran events.Result
		ran, err = i.run(ctx, command, *trigger)
		ran.Operation, ran.Trigger = result.Operation, trigger
		*result = ran
	}
	if err != nil {
		*result = failed(*result, err)
	}
}

// commandOf is the command that the event asks for; without an operation if the event is nobody's business. Results
// of this function are ignored before any rule is asked, so that no rule can make a loop of them.
func (i *invocation) commandOf(e event.Event, trigger *events.Trigger) (Command, error) {
	name := i.ownName(e)
	if slices.Contains(events.Outcomes, events.Outcome(name)) {
		return Command{}, nil
	}
	if op := commandNamed(name); op != nil {
		return parseCommand(op, e.Data())
	}
	matched, view, err := match(i.config.rules, e)
	if matched == nil || err != nil {
		return Command{}, err
	}
	trigger.Rule = matched.name
	command, err := matched.command(view)
	command.operation = matched.operation
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

// run validates the command and carries it out. Its retry token, unless it has one, is a hash of the event's key.
func (i *invocation) run(ctx context.Context, command Command, trigger events.Trigger) (events.Result, error) {
	sender, err := i.sender()
	if err != nil {
		return events.Result{}, err
	}
	if err := command.validate(sender); err != nil {
		return events.Result{}, err
	}
	if command.operation.takes("opcRetryToken") && command.OpcRetryToken == "" {
		command.OpcRetryToken = events.Hash(trigger.Source, trigger.ID, command.operation.name)
	}
	return command.operation.run(i, ctx, command)
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
	return events.Result{Operation: r.Operation, Outcome: events.Failed, OpcRequestID: r.OpcRequestID,
		Trigger: r.Trigger, Error: events.AsError(err)}
}
