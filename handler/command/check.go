package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
	"sender-invitations/handler/ocid"
)

// The limits of fields.
const (
	maxDisplayName = 255  // characters
	maxPage        = 4096 // bytes
	maxListLimit   = 1000
)

// MaxRetryToken is the maximum number of bytes in the retry token of a command.
const MaxRetryToken = 64

// MaxHeaderValue is the maximum number of bytes in a header value that is passed on.
const MaxHeaderValue = 1024

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
	for _, check := range []func() error{c.checkOCIDs, c.checkAddress, c.checkEnums, c.checkTags, c.checkSizes, c.checkWithin} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c Command) invalid(field, format string, args ...any) error {
	return events.Invalid("InvalidParameter", fmt.Sprintf("%s: %s %s", c.Operation.Name, field, fmt.Sprintf(format, args...))).
		About(strings.TrimSuffix(field, ":"))
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
	if c.Previous != "" && c.OpcRetryToken != "" {
		return c.invalid("previous", "and opcRetryToken exclude each other: the previous invitation is the key")
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
		return c.invalid("senderInvitationId", "is not an OCID%s", notOCID(c.SenderInvitationID))
	case c.Previous != "" && !ocid.Is(c.Previous):
		return c.invalid("previous", "is not an OCID%s", notOCID(c.Previous))
	case c.RecipientTenancyID != "" && !ocid.IsTenancy(c.RecipientTenancyID):
		return c.invalid("recipientTenancyId", "is not the OCID of a tenancy (ocid1.tenancy.…)%s", notOCID(c.RecipientTenancyID))
	}
	return nil
}

// notOCID says why the text is not an OCID, if a reader might not see it.
func notOCID(text string) string {
	if len(text) > ocid.MaxLength {
		return fmt.Sprintf(": it is longer than %d bytes", ocid.MaxLength)
	}
	return blanksAround(text)
}

func blanksAround(text string) string {
	if around := ocid.Around(text); around != "" {
		return ": it has " + around
	}
	return ""
}

func (c Command) checkInvitation(sender string) error {
	for _, named := range []struct{ field, id string }{{"senderInvitationId", c.SenderInvitationID}, {"previous", c.Previous}} {
		if named.id != "" && ocid.Realm(named.id) != ocid.Realm(sender) {
			return c.invalid(named.field, "is of realm %s, the sender tenancy of %s", ocid.Realm(named.id), ocid.Realm(sender))
		}
	}
	return nil
}

func (c Command) checkRecipient(sender string) error {
	switch {
	case c.RecipientTenancyID == "":
		return nil
	case ocid.Realm(c.RecipientTenancyID) != ocid.Realm(sender):
		return c.invalid("recipientTenancyId", "is of realm %s, the sender tenancy of %s", ocid.Realm(c.RecipientTenancyID), ocid.Realm(sender))
	case ocid.Same(c.RecipientTenancyID, sender):
		return c.invalid("recipientTenancyId", "is the sender tenancy itself")
	}
	return nil
}

func (c Command) checkAddress() error {
	if c.RecipientEmailAddress != nil && !isAddress(*c.RecipientEmailAddress) {
		return c.invalid("recipientEmailAddress", "is not one plain e-mail address%s", blanksAround(*c.RecipientEmailAddress))
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

func (c Command) checkSizes() error {
	switch {
	case c.DisplayName != nil && longerThan(maxDisplayName, *c.DisplayName):
		return c.invalid("displayName", "is longer than %d characters", maxDisplayName)
	case len(c.Page) > maxPage:
		return c.invalid("page", "is longer than %d bytes", maxPage)
	case len(c.OpcRetryToken) > MaxRetryToken:
		return c.invalid("opcRetryToken", "is longer than %d bytes", MaxRetryToken)
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
