package invitations

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"sync"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/wildcard"
)

// Guardrails restrict the recipients of a create, and the number of pending invitations.
type Guardrails struct {
	// AllowedRecipients and DeniedRecipients are patterns of tenancy OCIDs. Empty AllowedRecipients allow all.
	AllowedRecipients, DeniedRecipients []string
	// AllowedEmailDomains are the allowed domains of e-mail addresses. Empty, they allow all.
	AllowedEmailDomains []string
	// MaxPending is the maximum number of PENDING invitations of the sender tenancy; 0 is no limit.
	MaxPending int
}

// guardrails are the compiled Guardrails.
type guardrails struct {
	allowed, denied []wildcard.Pattern
	domains         []string
	maxPending      int
}

func (g Guardrails) compile() guardrails {
	compiled := guardrails{domains: g.AllowedEmailDomains, maxPending: g.MaxPending}
	for _, pattern := range g.AllowedRecipients {
		compiled.allowed = append(compiled.allowed, wildcard.Compile(pattern))
	}
	for _, pattern := range g.DeniedRecipients {
		compiled.denied = append(compiled.denied, wildcard.Compile(pattern))
	}
	return compiled
}

// permit checks whether a write may be sent. A create takes one of the places that MAX_PENDING leaves; the caller must call release if no
// invitation was made. The error is 403 NotAllowed and names the setting, or tells why the places cannot be counted.
func (r run) permit(ctx context.Context, request Request) (release func(), err error) {
	if request.Operation != command.Create {
		return func() {}, nil
	}
	for name, raw := range events.Members(request.Body) {
		switch name := string(name); { // in any letter case, for the API may ignore it
		case strings.EqualFold(name, "recipientTenancyId"):
			err = r.guardrails.checkRecipient(raw)
		case strings.EqualFold(name, "recipientEmailAddress"):
			err = r.guardrails.checkAddress(raw)
		}
		if err != nil {
			return nil, err
		}
	}
	return r.takePlace(ctx, request)
}

// checkRecipient checks the value of recipientTenancyId. The API itself refuses null.
func (g guardrails) checkRecipient(raw json.RawMessage) error {
	recipient, set := textOf(raw)
	if !set || len(g.allowed)+len(g.denied) == 0 {
		return nil
	}
	matches := func(p wildcard.Pattern) bool { return p.Match(recipient) }
	switch {
	case !ocid.IsTenancy(recipient): // the API might accept it as any tenancy
		return notAllowed("recipientTenancyId is not the OCID of a tenancy, so it cannot be checked against ALLOWED_RECIPIENTS and DENIED_RECIPIENTS")
	case slices.ContainsFunc(g.denied, matches):
		return notAllowed("recipientTenancyId is among DENIED_RECIPIENTS")
	case len(g.allowed) > 0 && !slices.ContainsFunc(g.allowed, matches):
		return notAllowed("recipientTenancyId is not among ALLOWED_RECIPIENTS")
	}
	return nil
}

// checkAddress checks the value of recipientEmailAddress. Without an address there is no check.
func (g guardrails) checkAddress(raw json.RawMessage) error {
	address, set := textOf(raw)
	if !set || address == "" || len(g.domains) == 0 {
		return nil
	}
	domain := domainOf(address)
	if !slices.ContainsFunc(g.domains, func(allowed string) bool { return strings.EqualFold(allowed, domain) }) {
		return notAllowed("the domain of recipientEmailAddress is not among ALLOWED_EMAIL_DOMAINS")
	}
	return nil
}

// textOf returns the value of a JSON string, and whether it is set. A value of another type is returned as it is written, so that it
// matches nothing.
func textOf(raw json.RawMessage) (text string, set bool) {
	var value *string
	if json.Unmarshal(raw, &value) != nil {
		return string(raw), true
	}
	if value == nil {
		return "", false
	}
	return *value, true
}

// domainOf returns the domain of one plain e-mail address; "" if the text is anything else. Letters beyond ASCII are refused, for some
// of them fold to ASCII letters.
func domainOf(address string) string {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || strings.ContainsFunc(address, func(r rune) bool { return r > '~' }) {
		return ""
	}
	return address[strings.LastIndexByte(address, '@')+1:]
}

func notAllowed(why string) *events.Error {
	return events.NewError(http.StatusForbidden, "NotAllowed", "create: "+why)
}

// pending counts the PENDING invitations for one invocation: those that a list shows before its first create, and those that its creates
// have made since, which a list may not show yet.
type pending struct {
	mu     sync.Mutex // held during the list, so that there is only one
	listed bool
	count  int
}

// takePlace takes a place for one more PENDING invitation.
func (r run) takePlace(ctx context.Context, request Request) (release func(), err error) {
	if r.guardrails.maxPending == 0 {
		return func() {}, nil
	}
	p := r.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.listed {
		if p.count, err = r.countPending(ctx, request); err != nil {
			uncounted := *events.AsError(err)
			uncounted.Message = "create: MAX_PENDING: the PENDING invitations cannot be counted: " + uncounted.Message
			return nil, &uncounted
		}
		p.listed = true
	}
	if p.count >= r.guardrails.maxPending {
		return nil, notAllowed(fmt.Sprintf("the tenancy has %d PENDING invitations, and MAX_PENDING is %d", p.count, r.guardrails.maxPending))
	}
	p.count++
	return p.release, nil
}

// release gives a place back.
func (p *pending) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count--
}

// countPending counts the PENDING invitations of the sender tenancy.
func (r run) countPending(ctx context.Context, request Request) (count int, err error) {
	list := command.Command{Operation: command.List, Status: "PENDING", OpcRequestID: request.Header.Get("opc-request-id")}
	if request.Once {
		list.Retry = "none"
	}
	for one, err := range r.all(ctx, list) {
		if err != nil {
			return 0, err
		}
		if one.live() {
			count++
		}
	}
	return count, nil
}
