package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"sender-invitations/events"
)

func (i *invocation) get(ctx context.Context, c Command) (events.Result, error) {
	selected, err := i.selected(ctx, c)
	if err != nil {
		return events.Result{}, err
	}
	result, err := i.perform(ctx, selected)
	if err != nil || !c.outdated(events.ReadInvitation(result.Invitation).Status) {
		return result, err
	}
	if selected, err = i.selected(ctx, c); err != nil {
		return events.Result{}, err
	}
	return i.perform(ctx, selected)
}

// list reads one page.
func (i *invocation) list(ctx context.Context, c Command) (events.Result, error) {
	sender, err := i.sender()
	if err != nil {
		return events.Result{}, err
	}
	request := c.request()
	request.rawQuery = c.query(sender)
	got, err := i.execute(ctx, request)
	result := resultOf(c.operation, got)
	result.Invitation = nil
	if err != nil {
		return result, err
	}
	result.OpcNextPage = got.header.Get("opc-next-page")
	result.Invitations, err = itemsOf(got)
	return result, err
}

// perform makes the command's call.
func (i *invocation) perform(ctx context.Context, c Command) (events.Result, error) {
	got, err := i.ask(ctx, c)
	return resultOf(c.operation, got), err
}

// ask makes the command's call, for its answer.
func (i *invocation) ask(ctx context.Context, c Command) (answer, error) {
	request := c.request()
	if c.operation.body != nil {
		body, err := c.pick(c.operation.body...)
		if err != nil {
			return answer{}, err
		}
		if c.operation.method == http.MethodPost {
			sender, err := i.sender()
			if err != nil {
				return answer{}, err
			}
			body["compartmentId"] = json.RawMessage(fmt.Sprintf("%q", sender))
		}
		if request.body, err = json.Marshal(body); err != nil {
			return answer{}, err
		}
	}
	return i.execute(ctx, request)
}

// request is the command's call, as yet without query and body.
func (c Command) request() call {
	return call{operation: c.operation, path: c.operation.pathOf(map[string]string{"senderInvitationId": c.SenderInvitationID}),
		header: c.header(), once: c.once()}
}

// preceding is the command of a read that this one needs before its own call.
func (c Command) preceding(read *operation) Command {
	return Command{operation: read, SenderInvitationID: c.SenderInvitationID, OpcRequestID: c.OpcRequestID, Retry: c.Retry}
}

// listing is the command of a list that this one needs before its own call: of all invitations, or of those for one recipient
// tenancy.
func (c Command) listing(recipient string) Command {
	list := c.preceding(listOperation)
	list.RecipientTenancyID = recipient
	return list
}

// once reports whether each call is to be made one time, whatever comes of it.
func (c Command) once() bool { return c.Retry == "none" }

// header is what of the command travels in headers.
func (c Command) header() http.Header {
	header := http.Header{}
	for name, value := range map[string]string{
		"if-match": c.IfMatch, "opc-retry-token": c.OpcRetryToken, "opc-request-id": c.OpcRequestID,
	} {
		if value != "" {
			header.Set(name, value)
		}
	}
	return header
}

// query is what of a list command travels in the query.
func (c Command) query(sender string) string {
	query := url.Values{"compartmentId": {sender}}
	for name, value := range map[string]string{
		"recipientTenancyId": c.RecipientTenancyID, "lifecycleState": c.LifecycleState, "status": c.Status,
		"page": c.Page, "sortBy": c.SortBy, "sortOrder": c.SortOrder,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if c.DisplayName != nil {
		query.Set("displayName", *c.DisplayName)
	}
	if c.Limit != nil {
		query.Set("limit", fmt.Sprint(*c.Limit))
	}
	return query.Encode()
}

// resultOf is the result of an answer to a call of the operation.
func resultOf(op *operation, got answer) events.Result {
	result := events.Result{
		Operation: op.name, Outcome: op.outcome,
		WorkRequestID: got.header.Get("opc-work-request-id"), OpcRequestID: got.header.Get("opc-request-id"),
	}
	if len(got.body) > 0 {
		result.Invitation = got.body
	}
	return result
}

func itemsOf(got answer) ([]json.RawMessage, error) {
	var page struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(got.body, &page); err != nil {
		return nil, got.unusable("OCI gave a list that this function cannot read")
	}
	return append([]json.RawMessage{}, page.Items...), nil // null is an empty list too
}
