package handler

import (
	"context"
	"log/slog"

	"sender-invitations/events"
)

// asksToConfirm is the reason why a confirmation is ignored.
const asksToConfirm = "it asks to confirm a subscription"

// confirmation returns the result of a delivery that asks to confirm a subscription, and whether the delivery does. It runs no rule and
// confirms nothing: only the operator knows whether the subscription is wanted. The log line tells that it waits.
func (i *invocation) confirmation(delivery events.Delivery) (done results, asked bool) {
	confirmation, asked := delivery.Confirmation()
	if !asked {
		return nil, false
	}
	i.watch.Log.LogAttrs(context.Background(), slog.LevelWarn, "a subscription waits to be confirmed", confirmation.LogAttrs()...)
	t := &task{}
	t.ignore(asksToConfirm)
	return i.conclude([]*task{t}), true
}
