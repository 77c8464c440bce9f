package command

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"sender-invitations/events/strict"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/wildcard"
)

// Guardrails restrict whom a create may invite, and how many. They are settings.
type Guardrails struct {
	// AllowedRecipients and DeniedRecipients restrict who may be invited: ALLOWED_RECIPIENTS, DENIED_RECIPIENTS.
	// Comma-separated tenancy OCIDs with * anywhere. Optional: all, none.
	AllowedRecipients []string `json:"allowedRecipients,omitempty"`
	DeniedRecipients  []string `json:"deniedRecipients,omitempty"`

	// AllowedEmailDomains restricts the addresses that invitations go to: ALLOWED_EMAIL_DOMAINS. Comma-separated
	// domains, matched whole, in Unicode or as xn--…. Optional: all.
	AllowedEmailDomains []string `json:"allowedEmailDomains,omitempty"`

	// MaxPending is the maximum number of PENDING invitations of the tenancy: MAX_PENDING. Optional: 0, no limit.
	MaxPending int `json:"maxPending,omitempty"`
}

// IsSet reports whether any guardrail is set.
func (g Guardrails) IsSet() bool { return !reflect.ValueOf(g).IsZero() }

// CheckCreate checks recipient and address in the body of a create request. The error is 403 NotAllowed and names the setting. It
// checks each spelling of a name, for the API might take any letter case.
func (g Guardrails) CheckCreate(body []byte) (err error) {
	for name, raw := range strict.Members(body) {
		switch name := string(name); {
		case strings.EqualFold(name, "recipientTenancyId"):
			err = g.checkRecipient(raw)
		case strings.EqualFold(name, "recipientEmailAddress"):
			err = g.checkAddress(raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkRecipient checks the value of recipientTenancyId. The API itself refuses null.
func (g Guardrails) checkRecipient(raw json.RawMessage) error {
	recipient, set := TextOf(raw)
	if !set || len(g.AllowedRecipients)+len(g.DeniedRecipients) == 0 {
		return nil
	}
	switch {
	case !ocid.IsTenancy(recipient): // the API might accept it as any tenancy
		return Create.NotAllowed("recipientTenancyId is not the OCID of a tenancy, so it cannot be checked against ALLOWED_RECIPIENTS and DENIED_RECIPIENTS")
	case g.denies(recipient):
		return Create.NotAllowed("recipientTenancyId is among DENIED_RECIPIENTS")
	case len(g.AllowedRecipients) > 0 && !matchesAny(g.AllowedRecipients, recipient):
		return Create.NotAllowed("recipientTenancyId is not among ALLOWED_RECIPIENTS")
	}
	return nil
}

// denies reports whether DeniedRecipients covers the recipient, which may be a pattern, in any spelling.
func (g Guardrails) denies(recipient string) bool {
	return matchesAny(g.DeniedRecipients, recipient) || matchesAny(g.DeniedRecipients, ocid.Plain(recipient)) ||
		slices.ContainsFunc(g.DeniedRecipients, func(denied string) bool { return ocid.Same(denied, recipient) })
}

func matchesAny(patterns []string, recipient string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return wildcard.Compile(pattern).Match(recipient) })
}

// checkAddress checks the value of recipientEmailAddress. Without an address there is no check.
func (g Guardrails) checkAddress(raw json.RawMessage) error {
	address, set := TextOf(raw)
	if !set || address == "" || len(g.AllowedEmailDomains) == 0 {
		return nil
	}
	domain := domainOf(address)
	if domain == "" || !slices.ContainsFunc(g.AllowedEmailDomains, func(allowed string) bool { return ASCIIDomain(allowed) == domain }) {
		return Create.NotAllowed("the domain of recipientEmailAddress is not among ALLOWED_EMAIL_DOMAINS")
	}
	return nil
}

// TextOf returns the value of a JSON string, and whether it is set: null is not. A value of another type is returned as it is written, so
// that it matches nothing.
func TextOf(raw json.RawMessage) (text string, set bool) {
	var value *string
	if json.Unmarshal(raw, &value) != nil {
		return string(raw), true
	}
	if value == nil {
		return "", false
	}
	return *value, true
}

// DeniesAll reports whether DeniedRecipients covers every allowed recipient. It compares pattern with pattern, so it misses one that
// several others cover only together.
func (g Guardrails) DeniesAll() bool {
	allowed := g.AllowedRecipients
	if len(allowed) == 0 {
		allowed = []string{"*"}
	}
	return !slices.ContainsFunc(allowed, func(pattern string) bool { return !g.denies(pattern) })
}
