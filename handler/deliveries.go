package handler

import (
	"net/http"
	"slices"

	"sender-invitations/events"
)

// postEvents serves POST /events: a delivery, as the direct door takes it, with a status that tells what came of it.
func (i *invocation) postEvents(r *http.Request, _ matchedRoute) response {
	body, err := readBody(r)
	if err != nil {
		return errorResponse(err)
	}
	delivery := i.delivery(body, r.Header)
	records := events.Decode(delivery)
	single := len(records) == 1 && !records[0].Listed // the status then tells what the results of a list tell
	done, err := i.deliver(r.Context(), delivery, records, !single)
	status := done.status()
	unpublished := ""
	if err != nil {
		// A webhook's sender redelivers on 503; the redelivery publishes what could not be published now.
		status, unpublished = http.StatusServiceUnavailable, string(events.Failed)
	}
	if single && done[0].Result.Error != nil {
		return errorResponse(done[0].Result.Error).with("x-result-event", unpublished)
	}
	return done.answer(status).with("x-result-event", unpublished)
}

// status is that of a delivery which did not fail as a whole.
func (done work) status() int {
	acted := func(p events.Publication) bool { return p.Result.Outcome != events.Ignored }
	switch {
	case done.retryable():
		return http.StatusServiceUnavailable
	case len(done) > 0 && !slices.ContainsFunc(done, acted):
		return http.StatusAccepted
	}
	return http.StatusOK
}

// validateWebhook serves OPTIONS /events, by which a sender asks whether it may deliver here
// (CloudEvents HTTP 1.1 Web Hooks 1.0.2, section 4).
func (i *invocation) validateWebhook(r *http.Request, _ matchedRoute) response {
	origin, err := handedOn(r.Header, "webhook-request-origin")
	if err != nil {
		return errorResponse(err)
	}
	return response{status: http.StatusOK, header: http.Header{}}.
		with("allow", "OPTIONS, POST").
		with("webhook-allowed-origin", origin).
		with("webhook-allowed-rate", "60") // a minute: what a topic takes of results
}

// health serves GET /health: the version, and that settings and credentials can be read. It calls nothing.
func (i *invocation) health(*http.Request, matchedRoute) response {
	if err := i.connection.check(i.log); err != nil {
		return errorResponse(err)
	}
	return jsonResponse(http.StatusOK, map[string]string{"status": "ok", "version": i.version})
}
