package handler

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"

	"sender-invitations/events"
)

// reading is an invitation as OCI showed it, by itself or in a list.
type reading struct {
	events.Invitation
	DisplayName  *string                               `json:"displayName"`
	FreeformTags map[string]string                     `json:"freeformTags"`
	DefinedTags  map[string]map[string]json.RawMessage `json:"definedTags"`

	raw    json.RawMessage
	header http.Header // of the answer that it stands in
}

func parseReading(raw json.RawMessage, header http.Header) (reading, error) {
	r := reading{raw: raw, header: header}
	if json.Unmarshal(raw, &r) != nil || r.ID == "" {
		fault := badGateway("OCI gave an invitation that this function cannot read")
		fault.OpcRequestID = r.requestID()
		return r, fault
	}
	return r, nil
}

// requestID is Oracle's id of the request that the invitation was read with.
func (r reading) requestID() string { return r.header.Get("opc-request-id") }

// moving reports whether the service is at work on the invitation, and takes no change until it is done.
func (r reading) moving() bool {
	return r.LifecycleState == "CREATING" || r.LifecycleState == "UPDATING"
}

// result is that of a command that finds the invitation as it should be.
func (r reading) result(op *operation, outcome events.Outcome) events.Result {
	return events.Result{Operation: op.name, Outcome: outcome, Invitation: r.raw, OpcRequestID: r.requestID()}
}

// read reads the invitation that the command names by its id.
func (i *invocation) read(ctx context.Context, c Command) (reading, error) {
	got, err := i.execute(ctx, c.reads(basePath+"/senderInvitations/"+url.PathEscape(c.SenderInvitationID), ""))
	if err != nil {
		return reading{}, err
	}
	return parseReading(got.body, got.header)
}

// invitations lists those of the sender tenancy, or of them those for one recipient tenancy, each once, though a list that
// changes can show one on two pages: every page, for one may be empty and not the last.
func (i *invocation) invitations(ctx context.Context, c Command, recipient string) iter.Seq2[reading, error] {
	return func(yield func(reading, error) bool) {
		query := url.Values{}
		if recipient != "" {
			query.Set("recipientTenancyId", recipient)
		}
		seen, pages := map[string]bool{}, map[string]bool{}
		for next := ""; !pages[next]; {
			pages[next] = true
			var page []reading
			var err error
			if page, next, err = i.page(ctx, c, query, next); err != nil {
				yield(reading{}, err)
				return
			}
			for _, one := range page {
				if !seen[one.ID] && !yield(one, nil) {
					return
				}
				seen[one.ID] = true
			}
		}
	}
}

// page reads the page of a list that the token stands for, "" for the first, and returns the token of the next, "" if there
// is none.
func (i *invocation) page(ctx context.Context, c Command, query url.Values, token string) (page []reading, next string, err error) {
	sender, err := i.sender()
	if err != nil {
		return nil, "", err
	}
	query.Set("compartmentId", sender)
	if token != "" {
		query.Set("page", token)
	}
	got, err := i.execute(ctx, c.reads(basePath+"/senderInvitations", query.Encode()))
	if err != nil {
		return nil, "", err
	}
	items, err := itemsOf(got)
	if err != nil {
		return nil, "", err
	}
	for _, raw := range items {
		one, err := parseReading(raw, got.header)
		if err != nil {
			return nil, "", err
		}
		page = append(page, one)
	}
	return page, got.header.Get("opc-next-page"), nil
}
