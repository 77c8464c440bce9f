package handler

import (
	"encoding/json"
	"net/http"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
)

// isApproval reports whether the record is an approval: a held event that somebody delivers. It is the record outer itself, or the original of
// outer, which is then a failed event that is replayed.
//
// What Notifications or Connector Hub delivers is no approval, for they deliver every held event of a topic, stream or queue. A list at the
// direct door comes from Connector Hub. A held event that was past the end of a list that is too long was never tried, so its replay is no
// approval either.
func (i *invocation) isApproval(t *task, delivery events.Delivery, outer, record events.Record) bool {
	return record.Err == nil && i.ownName(record.Event) == string(events.Held) && !delivery.FromNotifications() &&
		(i.door == gatewayDoor || !outer.Listed) && (t.Replays == 0 || record.Tried)
}

// approved returns the original of a held event. The task's original stays the held event, so that the replay of a failure approves again.
func (i *invocation) approved(t *task, delivery events.Delivery, held events.Record) (original events.Record, err error) {
	t.Result.Trigger = held.Trigger() // if the approval is refused
	original, approval, err := events.Approve(held.Event, delivery, time.Now())
	t.approves = &approval
	if err == nil && approval.DryRun && !i.config.DryRun() {
		err = events.NewError(http.StatusForbidden, "NotAllowed", "the event was held in a dry run, and this function does not run dry; send the original again from its source")
	}
	if err == nil {
		t.Result.Trigger = nil
	}
	return original, err
}

// checkApproval checks that the order is the one that was held, and approves it.
func (t *task) checkApproval() error {
	held, err := command.Parse(t.order.Operation, t.approves.Command)
	if err != nil {
		return events.AsError(err).Within("data.command of the held event")
	}
	wanted, err := strict.Marshal(held)
	if err != nil {
		return err
	}
	asked, err := t.order.Asked()
	if err != nil {
		return err
	}
	if t.approves.Operation != t.order.Operation.Name || !invitations.SameJSON(asked, wanted) { // whoever passes the event on may have written it anew
		return events.NewError(http.StatusConflict, "Conflict", "the command is not the one that was held: deliver the held event as it was published; "+
			"if the rules have changed since, send the original again from its source")
	}
	t.order.Approved = true
	return nil
}

// hold completes the result of a command that waits for approval. The error tells why it cannot wait.
func (i *invocation) hold(p *emit.Publication, asked json.RawMessage) error {
	p.Result.Command = asked
	if by := p.Result.Trigger; by == nil || by.Rule == "" { // the approval asks for the operation by name
		if err := i.checkNamed(command.Named(p.Result.Operation)); err != nil {
			return events.AsError(err).Within("it cannot be held, because its approval would be refused")
		}
	}
	switch {
	case !i.publisher.Approves():
		return events.NewError(http.StatusForbidden, "NotAllowed", p.Result.Operation+": it cannot be held, because held events have no topic; set APPROVAL_TOPIC_OCID")
	case !i.publisher.Holds(*p):
		return events.NewError(http.StatusRequestEntityTooLarge, "PayloadTooLarge", p.Result.Operation+": it cannot be held, because its event would be larger than 64 KB")
	}
	return nil
}
