package handler

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/ocid"
)

// planTask finds out what a record asks for. It makes no call. It returns the record that asks: the one that a replay or an approval carries,
// else the record itself.
func (i *invocation) planTask(t *task, delivery events.Delivery, record events.Record) (original events.Record) {
	i.do(t, func() (err error) {
		if original, err = i.original(t, delivery, record); err != nil {
			return err
		}
		return i.planRecord(t, original)
	})
	return original
}

// original returns the record, or the one that it replays or approves, and sets the task's fields about it.
func (i *invocation) original(t *task, delivery events.Delivery, outer events.Record) (record events.Record, err error) {
	record = outer
	if i.isReplay(delivery, record) {
		t.Original, t.Listed, t.ContentType = record.Body, record.Listed, record.ContentType
		t.Result.Trigger = record.Trigger() // if the replay is refused
		if record, t.Replays, err = events.Replay(record.Event.Data(), delivery); err != nil {
			return record, err
		}
		t.Result.Trigger = nil
	}
	t.Original, t.Listed, t.ContentType = record.Body, record.Listed, record.ContentType
	if i.isApproval(t, delivery, outer, record) {
		return i.approved(t, delivery, record)
	}
	return record, nil
}

// isReplay reports whether the record is a failed event that somebody sends back. A failed event that a topic delivers is not a replay:
// that would be a loop.
func (i *invocation) isReplay(delivery events.Delivery, record events.Record) bool {
	return record.Err == nil && i.ownName(record.Event) == string(events.Failed) && !delivery.FromNotifications()
}

// planRecord fills in the task step by step, so that the result of a failure holds all that is known by then.
func (i *invocation) planRecord(t *task, record events.Record) error {
	if record.Err != nil {
		t.Key = events.Digest(record.Body)
		return record.Err
	}
	trigger := record.Trigger()
	t.Result.Trigger = trigger
	c, err := i.commandOf(record.Event, t)
	if c.Operation == nil {
		return err
	}
	t.setOrder(c)
	if err == nil && t.approves != nil {
		err = t.checkApproval()
	}
	return err
}

// commandOf returns the command, checked by itself, that the event asks for. If the event asks for none, the command has no operation, and
// the task is ignored. The rules see neither commands nor results of this function, so that no rule can cause a loop. An event that has come
// through several functions of this kind asks for nothing any more, so that they cannot cause a loop together.
func (i *invocation) commandOf(e event.Event, t *task) (command.Command, error) {
	name := i.ownName(e)
	op := command.Named(name)
	switch {
	case name == string(events.Held):
		t.ignore("a held event that a topic or a connector delivers is no approval: deliver it by itself")
		return command.Command{}, nil
	case slices.Contains(events.Outcomes, events.Outcome(name)), strings.HasPrefix(name, events.Told):
		t.ignore("it is a result of this function")
		return command.Command{}, nil
	case t.Result.Trigger.Hop >= events.MaxHops:
		t.ignore(fmt.Sprintf("senderinvitationhop is %d: it has come through functions that feed each other", t.Result.Trigger.Hop))
		return command.Command{}, nil
	case op != nil:
		c, err := command.Parse(op, e.Data()) // also of one that is not allowed, for the subject of its result
		return c, cmp.Or(i.checkNamed(op), err, c.Check())
	}
	if t.unasked != nil {
		return command.Command{}, t.unasked
	}
	t.asked = true
	match, err := i.config.Mapping().Match(e)
	if match.Operation == nil {
		t.ignore("no rule matches")
		return command.Command{}, nil
	}
	t.Result.Trigger.Rule = match.Rule
	if err != nil {
		return command.Command{}, err
	}
	c, err := match.Command()
	c.Operation = match.Operation
	return c, cmp.Or(err, match.Blame(c.Check()))
}

// ownName returns the event's type without this function's prefix, in lower case; "" if the type has another prefix.
func (i *invocation) ownName(e event.Event) string {
	name, own := strings.CutPrefix(strings.ToLower(e.Type()), strings.ToLower(i.config.EventTypePrefix)+".")
	if !own {
		return ""
	}
	return name
}

// subjectOf returns the first text that is an OCID; "" if there is none. A command may have any text there.
func subjectOf(texts ...string) string {
	for _, text := range texts {
		if len(text) <= 255 && ocid.Is(text) {
			return text
		}
	}
	return ""
}
