package handler

import (
	"net/http"
	"slices"

	"sender-invitations/events"
	"sender-invitations/handler/forward"
	"sender-invitations/handler/publish"
)

// postEvents serves POST /events: a delivery, as at the direct door, but answered with a status.
func (i *invocation) postEvents(r *http.Request, _ matchedRoute) response {
	body, err := forward.ReadBody(r, events.MaxBody)
	if err != nil {
		return errorResponse(err)
	}
	delivery := i.delivery(body, r.Header)
	if isConfirmation(r.Header) {
		return i.ignoreConfirmation(r.Header).answer(http.StatusOK) // not 202, so that it counts as delivered
	}
	records := events.Decode(delivery)
	single := len(records) == 1 && !records[0].Listed // its failure becomes the status
	done, err := i.deliver(r.Context(), delivery, records, !single)
	status, unpublished := done.status(), ""
	if err != nil {
		// The sender of a webhook redelivers on 503. The redelivery publishes what could not be published now.
		status, unpublished = http.StatusServiceUnavailable, string(events.Failed)
	}
	if single && done[0].Result.Error != nil {
		return errorResponse(done[0].Result.Error).with("x-result-event", unpublished)
	}
	return done.answer(status).with("x-result-event", unpublished)
}

// validateWebhook serves OPTIONS /events, by which a sender asks whether it may deliver events
// (CloudEvents HTTP 1.1 Web Hooks 1.0.2, section 4).
func (i *invocation) validateWebhook(r *http.Request, _ matchedRoute) response {
	origin, err := forward.HeaderOf(r.Header, "webhook-request-origin")
	if err != nil {
		return errorResponse(err)
	}
	return response{status: http.StatusOK, header: http.Header{}}.
		with("allow", "OPTIONS, POST").
		with("webhook-allowed-origin", origin).
		with("webhook-allowed-rate", i.allowedRate())
}

// allowedRate returns the number of events a minute that a sender may deliver: as many as a topic takes messages. * is no limit.
func (i *invocation) allowedRate() string {
	if slices.ContainsFunc(i.publisher.Destinations(), publish.Destination.IsTopic) {
		return "60"
	}
	return "*"
}

// health serves GET /health: the version, and whether the credentials can be read and can sign a request. It calls nothing.
func (i *invocation) health(*http.Request, matchedRoute) response {
	if err := i.client.Check(i.watch.Log); err != nil {
		return errorResponse(err)
	}
	return jsonResponse(http.StatusOK, map[string]string{"status": "ok", "version": i.version})
}
