package events

import (
	"log/slog"
	"net/url"
	"strings"

	"sender-invitations/events/private"
)

// The headers of a message by which Notifications asks to confirm a subscription
// (https://docs.oracle.com/iaas/Content/Notification/Tasks/confirm-subscription.htm).
const (
	messageTypeHeader  = "X-OCI-NS-MessageType"
	topicNameHeader    = "X-OCI-NS-TopicName"
	confirmationHeader = "X-OCI-NS-ConfirmationURL"
)

// Confirmation is a message by which Notifications asks to confirm a subscription, or its end. It is no event. Whoever opens its URL
// confirms, so the function does not, and keeps no more of the URL than its host.
type Confirmation struct{ Topic, TopicName, Host string }

// Confirmation returns the confirmation that the delivery asks for, and whether it asks for one. The message types are
// SubscriptionConfirmation and the like of it for the end of a subscription, whose name Oracle does not document.
func (d Delivery) Confirmation() (asked Confirmation, ok bool) {
	kind := strings.ToLower(strings.TrimSpace(d.Header.Get(messageTypeHeader)))
	confirm := d.Header.Get(confirmationHeader)
	if !strings.HasSuffix(kind, "confirmation") && confirm == "" {
		return Confirmation{}, false
	}
	asked = Confirmation{Topic: d.Header.Get(topicHeader), TopicName: d.Header.Get(topicNameHeader)}
	if address, err := url.Parse(confirm); err == nil {
		asked.Host = address.Hostname()
	}
	return asked, true
}

// LogAttrs returns what the log may say of the confirmation. The headers may be anybody's, so only names are logged as they are.
func (c Confirmation) LogAttrs() (attributes []slog.Attr) {
	for _, attribute := range []slog.Attr{slog.String("topic", c.Topic), slog.String("topicName", c.TopicName), slog.String("confirmationHost", c.Host)} {
		if text := attribute.Value.String(); text != "" {
			attributes = append(attributes, slog.String(attribute.Key, private.Name(text)))
		}
	}
	return attributes
}
