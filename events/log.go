package events

import (
	"log/slog"

	"sender-invitations/events/private"
)

// LogAttrs returns the parts of the result that may be logged. Of the invitation these are its id, status and recipient.
func (r Result) LogAttrs() []slog.Attr {
	trigger := Trigger{}
	if r.Trigger != nil {
		trigger = *r.Trigger
	}
	work := WorkRequest{}
	if r.WorkRequest != nil {
		work = *r.WorkRequest
	}
	invitation := ReadInvitation(r.Invitation)
	var attributes []slog.Attr
	for _, attribute := range []slog.Attr{
		slog.String("operation", r.Operation), slog.String("outcome", string(r.Outcome)), slog.String("workRequest", work.Status),
		slog.String("invitation", invitation.ID), slog.String("status", invitation.Status),
		slog.String("recipient", invitation.RecipientTenancyID), slog.String("opcRequestId", r.OpcRequestID),
		slog.String("eventId", trigger.ID), slog.String("eventType", trigger.Type), slog.String("rule", trigger.Rule),
	} {
		if text := attribute.Value.String(); text != "" {
			attributes = append(attributes, slog.String(attribute.Key, private.Text(text)))
		}
	}
	if r.Poll != nil {
		attributes = append(attributes, slog.Any("counts", r.Counts), slog.Int("told", r.Told), slog.Int("resent", r.Resent), slog.Bool("more", r.More))
	}
	return attributes
}

// LogAttrs returns the parts of the error that may be logged; none of nil. The message is not among them, for the API's message
// can quote an e-mail address.
func (e *Error) LogAttrs() []slog.Attr {
	if e == nil {
		return nil
	}
	return []slog.Attr{slog.Int("errorStatus", e.Status), slog.String("errorCode", e.Code), slog.Bool("retryable", e.Retryable)}
}
