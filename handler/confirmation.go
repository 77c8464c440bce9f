package handler

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"sender-invitations/events/private"
	"sender-invitations/handler/ocid"
)

// asksToConfirm is the reason why a request to confirm a subscription is ignored.
const asksToConfirm = "it asks to confirm a subscription"

// confirmationHeader is the header with the URL that confirms a subscription
// (https://docs.oracle.com/iaas/Content/Notification/Tasks/confirm-subscription.htm).
const confirmationHeader = "X-OCI-NS-ConfirmationURL"

// isConfirmation reports whether Notifications asks to confirm a subscription, or its end. Oracle documents the message type
// SubscriptionConfirmation, but not its like for the end.
func isConfirmation(header http.Header) bool {
	kind := strings.ToLower(strings.TrimSpace(header.Get("X-OCI-NS-MessageType")))
	return strings.HasSuffix(kind, "confirmation") || header.Get(confirmationHeader) != ""
}

// ignoreConfirmation returns the result of a request to confirm a subscription. The request is no event: it runs no rule. Whoever opens its
// URL confirms, and only the operator knows whether the subscription is wanted. So the log line tells that it waits, and keeps no more of
// the URL than its host, for the URL holds a token. The headers may be a stranger's, so only an OCID and a name are logged.
func (i *invocation) ignoreConfirmation(header http.Header) results {
	host := ""
	if confirm, err := url.Parse(header.Get(confirmationHeader)); err == nil {
		host = confirm.Hostname()
	}
	var attributes []slog.Attr
	if topic := header.Get("X-OCI-NS-TopicOcid"); ocid.IsOf("onstopic", topic) {
		attributes = append(attributes, slog.String("topic", topic))
	}
	if host != "" {
		attributes = append(attributes, slog.String("confirmationHost", private.Name(host)))
	}
	i.watch.Log.LogAttrs(context.Background(), slog.LevelWarn, "a subscription waits to be confirmed", attributes...)
	t := &task{}
	t.ignore(asksToConfirm)
	return i.conclude([]*task{t})
}
