package handler

import (
	"context"
	"slices"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/poll"
)

// poll carries out the poll that the task asks for.
func (i *invocation) poll(ctx context.Context, watch oci.Observer, t *task) (events.Result, error) {
	const day = 24 * time.Hour
	sender, err := i.client.Tenancy(i.watch.Log)
	if err != nil {
		return events.Result{}, err
	}
	result, counts, err := poll.Run(ctx, poll.Options{
		Session: i.session.Paced(), Publisher: i.publisher, Watch: watch, Sender: sender, DryRun: i.config.DryRun(), Concurrency: i.config.Concurrency,
		Expiring: time.Duration(i.config.ExpiringDays) * day, Resend: i.config.ResendExpired,
		Again: func(ctx context.Context, expired []poll.Expired) ([]string, int) { return i.sendAgain(ctx, t, expired) },
	}, t.order.Command, t.Result.Trigger)
	t.published.Add(counts)
	t.polled = *result.Poll
	return result, err
}

// sendAgain sends expired invitations again, each like the command of an event, and publishes the results. It returns the ids of the
// invitations for which this must be tried again, and the number of new invitations.
func (i *invocation) sendAgain(ctx context.Context, polling *task, expired []poll.Expired) (open []string, sent int) {
	var tasks []*task
	for _, one := range expired {
		t := &task{}
		i.do(t, func() error { return i.planAgain(t, one) })
		tasks = append(tasks, t)
	}
	polling.also = append(polling.also, tasks...)
	i.lanes(ctx, i.validated(tasks), map[string]bool{})
	var results []emit.Publication
	for _, t := range tasks {
		t.Result.DryRun = i.config.DryRun()
		results = append(results, t.Publication)
	}
	counts, _ := i.publisher.Publish(ctx, i.watch, results) // counts has what was lost
	polling.published.Add(counts)
	for index, t := range tasks {
		if comesAgain(t.Publication) || slices.Contains(counts.Lost, t.ID()) {
			open = append(open, expired[index].ID)
		}
		if t.Result.Outcome == events.Created {
			sent++
		}
	}
	return open, sent
}

// planAgain makes the task of sending an expired invitation again: its event is a create of this function, so that it can be replayed or
// approved.
func (i *invocation) planAgain(t *task, expired poll.Expired) error {
	c, err := expired.Again()
	fields, fault := strict.Marshal(c)
	if fault != nil {
		return fault
	}
	e := event.New(event.CloudEventsVersionV1)
	e.SetID(expired.EventID)
	e.SetSource(i.config.FunctionOCID)
	e.SetType(i.config.EventTypePrefix + "." + command.Create.Name)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = fields
	if t.Original, fault = events.Encode(e); fault != nil {
		return fault
	}
	t.CallID = i.callID
	t.Result = events.Result{Operation: command.Create.Name, Trigger: events.Record{Event: e, Sent: events.Identity{Source: e.Source(), ID: e.ID()}}.Trigger()}
	t.setOrder(c)
	t.order.Recipient = ocid.Plain(c.RecipientTenancyID)
	return err
}
