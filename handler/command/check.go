package command

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
	"sender-invitations/handler/ocid"
)

// The limits of tags (https://docs.oracle.com/iaas/Content/Tagging/Concepts/taggingoverview.htm) and of other fields.
const (
	maxFreeformTags = 10
	maxDefinedTags  = 64
	maxTagKey       = 100
	maxTagValue     = 256
	maxDisplayName  = 255
	maxRetryToken   = 64
	maxListLimit    = 1000
	maxAddress      = 254 // RFC 5321, section 4.5.3.1.3
)

// MaxHeaderValue is the maximum number of bytes in a header value that is passed on.
const MaxHeaderValue = 1024

// LedgerTags is the number of freeform tags that a create leaves free for the ledger.
const LedgerTags = 2

// Check checks the command by itself, before any call: an accepted invitation cannot be taken back. The error is an
// [*events.Error] that names the field. It never quotes an e-mail address.
func (c Command) Check() error {
	if err := c.checkRequired(); err != nil {
		return err
	}
	return c.CheckForms()
}

// CheckSender checks the command against the sender tenancy, whose OCID is sender. The error is like that of [Command.Check].
func (c Command) CheckSender(sender string) error {
	for _, check := range []func(string) error{c.checkCompartment, c.checkInvitation, c.checkRecipient} {
		if err := check(sender); err != nil {
			return err
		}
	}
	return nil
}

// CheckForms checks the form of each field that is set. The error is like that of [Command.Check].
func (c Command) CheckForms() error {
	for _, check := range []func() error{c.checkOCIDs, c.checkAddress, c.checkEnums, c.checkTags, c.checkSizes} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c Command) invalid(field, format string, args ...any) error {
	return events.Invalid("InvalidParameter", fmt.Sprintf("%s: %s %s", c.Operation.Name, field, fmt.Sprintf(format, args...)))
}

func (c Command) checkRequired() error {
	missing := func(what string) error {
		return events.Invalid("MissingParameter", fmt.Sprintf("%s: %s is required", c.Operation.Name, what))
	}
	if c.Operation.NamesInvitation && (c.SenderInvitationID == "") == (c.RecipientTenancyID == "") {
		if c.SenderInvitationID == "" {
			return missing("senderInvitationId or recipientTenancyId")
		}
		return c.invalid("senderInvitationId", "and recipientTenancyId exclude each other: give one")
	}
	if slices.Contains(c.Operation.Required, "recipientTenancyId") && c.RecipientTenancyID == "" {
		return missing("recipientTenancyId")
	}
	return nil
}

func (c Command) checkCompartment(sender string) error {
	if c.CompartmentID != "" && c.CompartmentID != sender {
		return events.NotFound(c.Operation.Name + ": compartmentId is not the sender tenancy of this function (COMPARTMENT_OCID)")
	}
	return nil
}

func (c Command) checkOCIDs() error {
	switch {
	case c.SenderInvitationID != "" && !ocid.Is(c.SenderInvitationID):
		return c.invalid("senderInvitationId", "is not an OCID")
	case c.RecipientTenancyID != "" && !ocid.IsTenancy(c.RecipientTenancyID):
		return c.invalid("recipientTenancyId", "is not the OCID of a tenancy (ocid1.tenancy.…)")
	}
	return nil
}

func (c Command) checkInvitation(sender string) error {
	if c.SenderInvitationID != "" && ocid.Realm(c.SenderInvitationID) != ocid.Realm(sender) {
		return c.invalid("senderInvitationId", "is of realm %s, the sender tenancy of %s", ocid.Realm(c.SenderInvitationID), ocid.Realm(sender))
	}
	return nil
}

func (c Command) checkRecipient(sender string) error {
	switch {
	case c.RecipientTenancyID == "":
		return nil
	case ocid.Realm(c.RecipientTenancyID) != ocid.Realm(sender):
		return c.invalid("recipientTenancyId", "is of realm %s, the sender tenancy of %s", ocid.Realm(c.RecipientTenancyID), ocid.Realm(sender))
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
	if err != nil || address.Address != *c.RecipientEmailAddress || len(address.Address) > maxAddress {
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
	if c.Operation == Create {
		most -= LedgerTags
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
		return c.invalid("limit", "must be a whole number from 1 to %d", maxListLimit)
	}
	for field, value := range map[string]string{"ifMatch": c.IfMatch, "opcRetryToken": c.OpcRetryToken, "opcRequestId": c.OpcRequestID} {
		if !IsHeaderValue(value) {
			return c.invalid(field, "has a character that is not allowed in a header")
		}
	}
	return nil
}

// IsHeaderValue reports whether value can be passed on as a header: printable ASCII, at most [MaxHeaderValue] bytes.
func IsHeaderValue(value string) bool {
	return len(value) <= MaxHeaderValue && strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
