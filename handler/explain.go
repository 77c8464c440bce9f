package handler

import (
	"encoding/json"
	"log/slog"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/rules"
	"sender-invitations/handler/settings"
)

// Explanation tells which event a record is, and what the function would do with it. It quotes the event, so it is only for the author of
// the rules: no log line and no answer has it.
type Explanation struct {
	Event     json.RawMessage     `json:"event,omitempty"`     // in its CloudEvents JSON form; absent if the record cannot be decoded
	Rules     []rules.Explanation `json:"rules,omitempty"`     // of every rule, in order; absent if the rules are not asked, and if Brief is set
	Brief     bool                `json:"brief,omitempty"`     // set in a list behind the first records whose rules are explained
	Rule      string              `json:"rule,omitempty"`      // the rule that matches, or whose condition cannot be evaluated
	Operation string              `json:"operation,omitempty"` // what would be done
	Command   json.RawMessage     `json:"command,omitempty"`   // the command that would be carried out; absent if there is none
	Remarks   []rules.Remark      `json:"remarks,omitempty"`   // on the command that the rule makes
	Ignored   string              `json:"ignored,omitempty"`   // why the record would be ignored
	Error     *events.Error       `json:"error,omitempty"`     // why the record would fail
}

// maxExplained is the number of records of a delivery whose rules are explained. There may be 1,000 records and 256 rules.
const maxExplained = 20

// Explain tells what the function would do with a delivery, record by record. It makes no call, so it cannot tell what only a call shows.
// It checks commands against the sender tenancy only if COMPARTMENT_OCID is set.
func Explain(config settings.Config, delivery events.Delivery) (all []Explanation) {
	i := &invocation{Handler: &Handler{config: config}, door: gatewayDoor, watch: oci.Observer{Log: slog.New(slog.DiscardHandler)}}
	delivery.Prefix = config.EventTypePrefix
	if delivery.Direct {
		i.door = directDoor
	}
	switch {
	case isConfirmation(delivery.Header):
		return []Explanation{{Ignored: asksToConfirm}}
	case delivery.Direct && asksDoctor(delivery):
		return []Explanation{{Operation: doctorCommand}}
	}
	explained := 0
	for _, record := range events.Decode(delivery) {
		e := i.explain(delivery, record, explained < maxExplained)
		if e.Rules != nil {
			explained++
		}
		all = append(all, e)
	}
	return all
}

// explain explains a record. The rules are left out unless they are wanted.
func (i *invocation) explain(delivery events.Delivery, record events.Record, rulesToo bool) (e Explanation) {
	t := &task{}
	original := i.planTask(t, delivery, record)
	i.do(t, func() (err error) {
		if e.Brief = t.asked && !rulesToo; t.asked && rulesToo {
			e.Rules, e.Remarks = i.config.Mapping().Explain(original.Event)
		}
		if record.Err == nil {
			e.Event, err = events.Encode(record.Event)
		}
		return err
	})
	i.do(t, func() (err error) {
		e.Command, err = i.shown(t)
		return err
	})
	if e.Operation, e.Ignored, e.Error = t.Result.Operation, t.ignored, t.Result.Error; t.Result.Trigger != nil {
		e.Rule = t.Result.Trigger.Rule
	}
	return e
}

// shown returns the task's command as JSON, after the check that the function makes next; nil if there is none.
func (i *invocation) shown(t *task) (json.RawMessage, error) {
	if t.order == nil {
		return nil, nil
	}
	if sender := i.config.CompartmentOCID; sender != "" {
		if err := t.checkSender(sender); err != nil {
			return nil, err
		}
	}
	return strict.Marshal(t.order.Command)
}
