package handler

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
)

// guardrails restrict whom a create may invite, and how many. They are decided here alone, for both doors: every write
// passes [invocation.permit] on its way out.
type guardrails struct {
	allowed, denied []pattern // recipient tenancies; no allowed: all
	domains         []string  // of e-mail addresses; none: all
	maxPending      int       // 0: no limit
}

func newGuardrails(c Config) guardrails {
	g := guardrails{domains: c.AllowedEmailDomains, maxPending: c.MaxPending}
	for _, pattern := range c.AllowedRecipients {
		g.allowed = append(g.allowed, compilePattern(pattern))
	}
	for _, pattern := range c.DeniedRecipients {
		g.denied = append(g.denied, compilePattern(pattern))
	}
	return g
}

// permit decides whether a request may be sent. A create for whom it takes one of the places that MAX_PENDING leaves gives it
// back by release, should nothing have come of it. The error is 403 NotAllowed and names the setting, or it is why they
// could not be counted.
func (i *invocation) permit(ctx context.Context, request call) (release func(), err error) {
	if request.operation.name != "create" {
		return func() {}, nil
	}
	for name, raw := range events.Members(request.body) {
		// Whatever letter case the API may take a name in, no spelling of it gets by.
		switch name := string(name); {
		case strings.EqualFold(name, "recipientTenancyId"):
			err = i.guardrails.checkRecipient(raw)
		case strings.EqualFold(name, "recipientEmailAddress"):
			err = i.guardrails.checkAddress(raw)
		}
		if err != nil {
			return nil, err
		}
	}
	return i.takePlace(ctx, request)
}

// checkRecipient takes the value of recipientTenancyId. A null is left to the API, which requires one.
func (g guardrails) checkRecipient(raw json.RawMessage) error {
	recipient, set := textOf(raw)
	if !set || len(g.allowed)+len(g.denied) == 0 {
		return nil
	}
	matches := func(p pattern) bool { return p.MatchString(recipient) }
	switch {
	case !isTenancy(recipient): // what it would be taken for is not known
		return notAllowed("ALLOWED_RECIPIENTS and DENIED_RECIPIENTS take the OCIDs of tenancies, and recipientTenancyId is none")
	case slices.ContainsFunc(g.denied, matches):
		return notAllowed("recipientTenancyId is among DENIED_RECIPIENTS")
	case len(g.allowed) > 0 && !slices.ContainsFunc(g.allowed, matches):
		return notAllowed("recipientTenancyId is not among ALLOWED_RECIPIENTS")
	}
	return nil
}

// checkAddress takes the value of recipientEmailAddress. No address, no check.
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

// textOf is the text that a JSON value is, and whether it is set. What is no text is as good as a wrong one.
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

// domainOf is the domain of one plain e-mail address; "" if the text is anything else. Letters beyond ASCII are none of a
// domain's: some of them fold to those of another.
func domainOf(address string) string {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || strings.ContainsFunc(address, func(r rune) bool { return r > '~' }) {
		return ""
	}
	return address[strings.LastIndexByte(address, '@')+1:]
}

func notAllowed(why string) *events.Error {
	return &events.Error{Status: http.StatusForbidden, Code: "NotAllowed", Message: "create: " + why}
}

// places are those that MAX_PENDING leaves, as an invocation knows them: counted before its first create, and taken by its
// creates since, which a list may not show yet.
type places struct {
	mu      sync.Mutex // held while they are counted, so that this is done once
	counted bool
	taken   int
}

func (i *invocation) takePlace(ctx context.Context, request call) (release func(), err error) {
	if i.guardrails.maxPending == 0 {
		return func() {}, nil
	}
	i.places.mu.Lock()
	defer i.places.mu.Unlock()
	if !i.places.counted {
		if i.places.taken, err = i.countPending(ctx, request); err != nil {
			uncounted := *events.AsError(err)
			uncounted.Message = "create: MAX_PENDING: the PENDING invitations cannot be counted: " + uncounted.Message
			return nil, &uncounted
		}
		i.places.counted = true
	}
	if i.places.taken >= i.guardrails.maxPending {
		return nil, notAllowed(fmt.Sprintf("the tenancy has %d PENDING invitations, and MAX_PENDING is %d", i.places.taken, i.guardrails.maxPending))
	}
	i.places.taken++
	return i.places.giveBack, nil
}

func (p *places) giveBack() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
}

// countPending counts the PENDING invitations of the sender tenancy.
func (i *invocation) countPending(ctx context.Context, request call) (count int, err error) {
	pending := Command{operation: request.operation.looks, Status: "PENDING", OpcRequestID: request.header.Get("opc-request-id")}
	if request.once {
		pending.Retry = "none"
	}
	for one, err := range i.invitations(ctx, pending) {
		if err != nil {
			return 0, err
		}
		if one.live() {
			count++
		}
	}
	return count, nil
}
