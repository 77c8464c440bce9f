package handler

import (
	"context"
	"encoding/json"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/rules"
)

// Explanation tells which event a record is, and what the function would do with it.
type Explanation struct {
	// Event is the record's event in its CloudEvents JSON form; nil if the record cannot be decoded.
	Event json.RawMessage
	// Differs lists the rules that were tried and do not match. No rule is tried for the function's own events: commands, results and
	// replays.
	Differs []rules.Difference
	// Rule is the rule that matches, or whose condition cannot be evaluated, which Err tells; "" if there is none.
	Rule string
	// Remarks tells what the author of the rules should know of them and the event: values of different kinds that a condition compares,
	// and fields that stay unset. A remark quotes the event.
	Remarks []rules.Remark
	// Operation is the operation that is asked for; "" if there is none.
	Operation string
	// Command is the command that would be carried out, as a JSON object; nil if there is none.
	Command json.RawMessage
	// Ignored is the reason why the record would be ignored; "" if it would not.
	Ignored string
	// Err is the reason why the record would fail.
	Err *events.Error
}

// Explain tells what the function would do with a delivery, record by record. It makes no call, so it cannot tell what only a call shows.
// It checks commands against the sender tenancy only if COMPARTMENT_OCID is set.
func (h *Handler) Explain(delivery events.Delivery) ([]Explanation, error) {
	i := h.invocation(context.Background(), directDoor)
	delivery.Prefix, delivery.Direct = i.config.EventTypePrefix, true
	if isConfirmation(delivery.Header) {
		return []Explanation{{Ignored: asksToConfirm}}, nil
	}
	var all []Explanation
	for _, record := range events.Decode(delivery) {
		explained, err := i.explain(delivery, record)
		if err != nil {
			return nil, err
		}
		all = append(all, explained)
	}
	return all, nil
}

func (i *invocation) explain(delivery events.Delivery, record events.Record) (e Explanation, err error) {
	t := &task{}
	i.planTask(t, delivery, record)
	if original, err := i.original(&task{}, delivery, record); err == nil && (t.differs != nil || t.Result.Trigger != nil && t.Result.Trigger.Rule != "") {
		e.Remarks = i.config.Mapping().Remarks(original.Event) // the rules were tried for it
	}
	if sender := i.config.CompartmentOCID; t.order != nil && sender != "" {
		i.do(t, func() error { return t.checkSender(sender) })
	}
	e.Differs, e.Operation, e.Ignored, e.Err = t.differs, t.Result.Operation, t.ignored, t.Result.Error
	if t.order != nil {
		if e.Command, err = strict.Marshal(t.order.Command); err != nil {
			return e, err
		}
	}
	if record.Err != nil {
		return e, nil
	}
	if e.Event, err = events.Encode(record.Event); err != nil {
		return e, err
	}
	if t.Result.Trigger != nil {
		e.Rule = t.Result.Trigger.Rule
	}
	return e, nil
}
