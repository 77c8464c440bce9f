package handler

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
)

// The limits of tags (https://docs.oracle.com/iaas/Content/Tagging/Concepts/taggingoverview.htm). A create keeps room for
// the ledger's.
const (
	maxFreeformTags   = 10
	maxDefinedTags    = 64
	maxTagKey         = 100
	maxTagValue       = 256
	maxDisplayName    = 255
	maxRetryToken     = 64
	maxListLimit      = 1000
	maxInvitedAddress = 254 // RFC 5321, section 4.5.3.1.3
)

// check checks what can be checked of the command by itself, before any call is made: an invitation that goes to the
// wrong tenancy cannot be taken back once it is accepted. The error is an [*events.Error] that names the field; it never
// quotes an e-mail address.
func (c Command) check() error {
	if err := c.checkRequired(); err != nil {
		return err
	}
	return c.checkForms()
}

// checkAgainst checks the command against the sender tenancy, whose OCID sender is.
func (c Command) checkAgainst(sender string) error {
	for _, check := range []func(string) error{c.checkSender, c.checkInvitation, c.checkRecipient} {
		if err := check(sender); err != nil {
			return err
		}
	}
	return nil
}

// checkForms checks each field by itself.
func (c Command) checkForms() error {
	for _, check := range []func() error{c.checkOCIDs, c.checkAddress, c.checkEnums, c.checkTags, c.checkSizes} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c Command) invalid(field, format string, args ...any) error {
	return events.Invalid("InvalidParameter", fmt.Sprintf("%s: %s %s", c.operation.name, field, fmt.Sprintf(format, args...)))
}

func (c Command) checkRequired() error {
	missing := func(what string) error {
		return events.Invalid("MissingParameter", fmt.Sprintf("%s: %s is required", c.operation.name, what))
	}
	if c.operation.anInvitation && (c.SenderInvitationID == "") == (c.RecipientTenancyID == "") {
		if c.SenderInvitationID == "" {
			return missing("senderInvitationId or recipientTenancyId")
		}
		return c.invalid("senderInvitationId", "and recipientTenancyId exclude each other: give one")
	}
	if slices.Contains(c.operation.required, "recipientTenancyId") && c.RecipientTenancyID == "" {
		return missing("recipientTenancyId")
	}
	return nil
}

func (c Command) checkSender(sender string) error {
	if c.CompartmentID != "" && c.CompartmentID != sender {
		return events.NotFound(c.operation.name + ": compartmentId is not the sender tenancy of this function (COMPARTMENT_OCID)")
	}
	return nil
}

func (c Command) checkOCIDs() error {
	switch {
	case c.SenderInvitationID != "" && !isOCID(c.SenderInvitationID, ""):
		return c.invalid("senderInvitationId", "is not an OCID")
	case c.RecipientTenancyID != "" && !isTenancy(c.RecipientTenancyID):
		return c.invalid("recipientTenancyId", "is not the OCID of a tenancy (ocid1.tenancy.…)")
	}
	return nil
}

func (c Command) checkInvitation(sender string) error {
	if c.SenderInvitationID != "" && realm(c.SenderInvitationID) != realm(sender) {
		return c.invalid("senderInvitationId", "is of realm %s, the sender tenancy of %s", realm(c.SenderInvitationID), realm(sender))
	}
	return nil
}

func (c Command) checkRecipient(sender string) error {
	switch {
	case c.RecipientTenancyID == "":
		return nil
	case realm(c.RecipientTenancyID) != realm(sender):
		return c.invalid("recipientTenancyId", "is of realm %s, the sender tenancy of %s", realm(c.RecipientTenancyID), realm(sender))
	case c.RecipientTenancyID == sender:
		return c.invalid("recipientTenancyId", "is the sender tenancy itself")
	}
	return nil
}

func (c Command) checkAddress() error {
	if c.RecipientEmailAddress == nil {
		return nil
	}
	address, err := mail.ParseAddress(*c.RecipientEmailAddress)
	if err != nil || address.Address != *c.RecipientEmailAddress || len(address.Address) > maxInvitedAddress {
		return c.invalid("recipientEmailAddress", "is not one plain e-mail address")
	}
	return nil
}

func (c Command) checkEnums() error {
	for _, enum := range []struct {
		field  string
		values []string
		known  []string
	}{
		{"subjects", c.Subjects, tenantmanagercontrolplane.GetInvitationSubjectEnumStringValues()},
		{"retry", set(c.Retry), []string{"none"}},
		{"lifecycleState", set(c.LifecycleState), tenantmanagercontrolplane.GetListSenderInvitationsLifecycleStateEnumStringValues()},
		{"status", set(c.Status), tenantmanagercontrolplane.GetListSenderInvitationsStatusEnumStringValues()},
		{"sortBy", set(c.SortBy), tenantmanagercontrolplane.GetListSenderInvitationsSortByEnumStringValues()},
		{"sortOrder", set(c.SortOrder), tenantmanagercontrolplane.GetListSenderInvitationsSortOrderEnumStringValues()},
	} {
		for _, value := range enum.values {
			if !slices.Contains(enum.known, value) {
				return c.invalid(enum.field, "takes %s", strings.Join(enum.known, ", "))
			}
		}
	}
	return nil
}

func set(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func (c Command) checkTags() error {
	most := maxFreeformTags
	if c.operation.name == "create" {
		most -= len(ledgerTags)
	}
	if len(c.FreeformTags) > most {
		return c.invalid("freeformTags", "has %d tags; at most %d fit", len(c.FreeformTags), most)
	}
	for key, value := range c.FreeformTags {
		if key == "" || len(key) > maxTagKey || len(value) > maxTagValue {
			return c.invalid("freeformTags", "has a tag whose key is empty or longer than %d, or whose value is longer than %d", maxTagKey, maxTagValue)
		}
	}
	return c.checkDefinedTags()
}

func (c Command) checkDefinedTags() error {
	tags := 0
	for namespace, values := range c.DefinedTags {
		tags += max(1, len(values))
		for key, value := range values {
			text := ""
			if len(value) > 0 && value[0] == '"' && json.Unmarshal(value, &text) != nil {
				return c.invalid("definedTags", "has a value that cannot be read")
			}
			if namespace == "" || len(namespace) > maxTagKey || key == "" || len(key) > maxTagKey || len(text) > maxTagValue {
				return c.invalid("definedTags", "has a tag whose namespace or key is empty or longer than %d, or whose value is longer than %d", maxTagKey, maxTagValue)
			}
		}
	}
	if tags > maxDefinedTags {
		return c.invalid("definedTags", "has %d tags; at most %d fit", tags, maxDefinedTags)
	}
	return nil
}

func (c Command) checkSizes() error {
	switch {
	case c.DisplayName != nil && len(*c.DisplayName) > maxDisplayName:
		return c.invalid("displayName", "is longer than %d bytes", maxDisplayName)
	case len(c.OpcRetryToken) > maxRetryToken:
		return c.invalid("opcRetryToken", "is longer than %d bytes", maxRetryToken)
	case c.Limit != nil && (*c.Limit < 1 || *c.Limit > maxListLimit):
		return c.invalid("limit", "is a whole number from 1 to %d", maxListLimit)
	}
	for field, value := range map[string]string{"ifMatch": c.IfMatch, "opcRetryToken": c.OpcRetryToken, "opcRequestId": c.OpcRequestID} {
		if !isHeaderValue(value) {
			return c.invalid(field, "has a character that no header may carry")
		}
	}
	return nil
}
