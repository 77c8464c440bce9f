package handler

import (
	"context"
	"encoding/json"

	"sender-invitations/events"
)

// Explanation tells what a record is and what would be done with it.
type Explanation struct {
	// Event is the record's event in its CloudEvents JSON form; none if it cannot be decoded.
	Event json.RawMessage
	// Differs are the rules that were tried and do not match; none if no rule is asked, for the event is the function's
	// own: a command, a result, a failed event sent back.
	Differs []Difference
	// Rule is the rule that matches, or, where Operation is "", whose condition cannot be told; "" if there is none.
	Rule string
	// Operation is what is asked for; "" if nothing is.
	Operation string
	// Command is what would be carried out, its fields as a JSON object; none if nothing would.
	Command json.RawMessage
	// Err is why the record would fail.
	Err *events.Error
}

// Difference is a rule that does not match, and the field of its match that differs: "type", "source" or "when".
type Difference struct{ Rule, Field string }

// Explain tells what the function would do with a delivery, record by record. It calls nothing, and so it does not see
// what only a call shows; the sender tenancy is known to it if COMPARTMENT_OCID is set.
func (h *Handler) Explain(delivery events.Delivery) ([]Explanation, error) {
	i := h.invocation(context.Background(), directDoor)
	delivery.Prefix = i.config.EventTypePrefix
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
	t := i.plan(delivery, record)
	if sender := i.config.CompartmentOCID; t.command.operation != nil && sender != "" {
		i.attempt(t, func() error { return t.command.checkAgainst(sender) })
	}
	e.Differs, e.Operation, e.Err = t.tried, t.Result.Operation, t.Result.Error
	if t.command.operation != nil {
		if e.Command, err = events.Marshal(t.command); err != nil {
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
