package handler

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"sender-invitations/events"
)

// reading is an invitation as OCI showed it, by itself or in a list.
type reading struct {
	events.Invitation
	DisplayName  *string                               `json:"displayName"`
	TimeCreated  string                                `json:"timeCreated"`
	FreeformTags map[string]string                     `json:"freeformTags"`
	DefinedTags  map[string]map[string]json.RawMessage `json:"definedTags"`

	raw       json.RawMessage
	etag      string // "" of one in a list
	requestID string // Oracle's id of the request that it was read with
}

// parseReading reads an invitation. One that cannot be read will not be at the next delivery, either.
func parseReading(raw json.RawMessage, etag, requestID string) (reading, error) {
	r := reading{raw: raw, etag: etag, requestID: requestID}
	if json.Unmarshal(raw, &r) != nil || r.ID == "" {
		fault := badGateway("OCI gave an invitation that this function cannot read")
		fault.Retryable, fault.OpcRequestID = false, requestID
		return r, fault
	}
	return r, nil
}

// moving reports whether the service is at work on the invitation, and takes no change until it is done.
func (r reading) moving() bool {
	return r.LifecycleState == "CREATING" || r.LifecycleState == "UPDATING"
}

// result is that of a command that finds the invitation as it should be.
func (r reading) result(outcome events.Outcome) events.Result {
	return events.Result{Outcome: outcome, Invitation: r.raw, OpcRequestID: r.requestID}
}

// read reads the invitation that the command names by its id.
func (i *invocation) read(ctx context.Context, c Command) (reading, error) {
	got, err := i.ask(ctx, c.preceding(getOperation))
	if err != nil {
		return reading{}, err
	}
	return readingOf(got)
}

// sighting is an invitation as it was read, and when it was asked for.
type sighting struct {
	reading
	at time.Time
}

// firstRead is read, unless the list has just done that to find out whom the command is for.
func (i *invocation) firstRead(ctx context.Context, c Command) (reading, error) {
	if c.known != nil && time.Since(c.known.at) < freshFor {
		return c.known.reading, nil
	}
	return i.read(ctx, c)
}

// readingOf is the invitation of an answer to a get.
func readingOf(got answer) (reading, error) {
	return parseReading(got.body, got.header.Get("etag"), got.header.Get("opc-request-id"))
}

// invitationsFor are those of the command's recipient tenancy.
func (i *invocation) invitationsFor(ctx context.Context, c Command) iter.Seq2[reading, error] {
	if c.sharesLook() {
		if found, ok := i.look.take(c.RecipientTenancyID); ok {
			return func(yield func(reading, error) bool) {
				for _, one := range found {
					if !yield(one, nil) {
						return
					}
				}
			}
		}
	}
	return i.invitations(ctx, c.listing(c.RecipientTenancyID))
}

// invitations are those that a list command shows, each once, though a list that changes can show one on two pages: every
// page, for one may be empty and not the last.
func (i *invocation) invitations(ctx context.Context, list Command) iter.Seq2[reading, error] {
	return i.invitationsWhile(ctx, list, func(int) bool { return true })
}

var errMorePages = errors.New("the list has more pages")

// invitationsWhile are those on the pages until there is one more than is wanted: then errMorePages is the last.
func (i *invocation) invitationsWhile(ctx context.Context, list Command, wanted func(pages int) bool) iter.Seq2[reading, error] {
	return func(yield func(reading, error) bool) {
		seen, pages := map[string]bool{}, map[string]bool{}
		for !pages[list.Page] {
			if !wanted(len(pages) + 1) {
				yield(reading{}, errMorePages)
				return
			}
			pages[list.Page] = true
			page, err := i.list(ctx, list)
			if err != nil {
				yield(reading{}, err)
				return
			}
			for _, raw := range page.Invitations {
				one, err := parseReading(raw, "", page.OpcRequestID)
				if err == nil && seen[one.ID] {
					continue
				}
				seen[one.ID] = true
				if !yield(one, err) || err != nil {
					return
				}
			}
			list.Page = page.OpcNextPage
		}
	}
}
