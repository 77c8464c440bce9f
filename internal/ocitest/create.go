package ocitest

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// Limits of freeform tags (OCI resource tags). Lengths are in characters.
const (
	maxTags     = 10
	maxTagKey   = 100
	maxTagValue = 256
)

var subjects = []string{"LINK", "GOVERNANCE", "EXTENDED_FEATURES"}

func (s *Server) createInvitation(r request) (answer, error) {
	details, err := parseInvitation(r.body)
	if err == nil {
		err = s.checkCompartment(details.CompartmentID)
	}
	if err == nil && details.RecipientTenancyID == "" {
		err = missing("recipientTenancyId")
	}
	if err == nil && details.RecipientTenancyID == s.tenancy() {
		err = invalid("recipientTenancyId is the sender tenancy, which cannot invite itself")
	}
	if err != nil {
		return answer{}, err
	}
	i := s.add(details, r)
	return ok(i.Invitation, map[string]string{"etag": i.etag(), "opc-work-request-id": i.creation.id})
}

// add stores a new invitation and starts its creation.
func (s *Server) add(details Invitation, r request) *invitation {
	i := &invitation{Invitation: details, number: len(s.invitations) + 1, revision: 1}
	i.ID = fmt.Sprintf("ocid1.senderinvitation.oc1..aaaaaaaa%08d", i.number)
	i.TimeCreated = Time{r.now}
	i.LifecycleState, i.Status = creating, pending
	i.creation = s.begin(createOperation, i, r.now)
	if s.byID == nil {
		s.byID = make(map[string]*invitation)
	}
	s.byID[i.ID] = i
	s.invitations = append(s.invitations, i)
	s.pending = append(s.pending, i)
	return i
}

// parseInvitation reads the members of a create and ignores all others.
func parseInvitation(body []byte) (i Invitation, err error) {
	details, err := parseObject(body)
	if err != nil {
		return i, err
	}
	var features []string
	err = details.read(
		member{"compartmentId", &i.CompartmentID},
		member{"recipientTenancyId", &i.RecipientTenancyID},
		member{"recipientEmailAddress", &i.RecipientEmailAddress},
		member{"displayName", &i.DisplayName},
		member{"subjects", &i.Subjects},
		member{"features", &features},
		member{"freeformTags", &i.FreeformTags},
		member{"definedTags", &i.DefinedTags},
	)
	for _, name := range features {
		i.InvitationFeatures = append(i.InvitationFeatures, InvitationFeature{name, pending})
	}
	if len(i.Subjects) == 0 {
		i.Subjects = []string{"LINK"}
	}
	if err == nil {
		err = checkSubjects(i.Subjects)
	}
	if err == nil {
		err = checkTags(i.FreeformTags)
	}
	return i, err
}

func checkSubjects(list []string) error {
	for _, subject := range list {
		if !slices.Contains(subjects, subject) {
			return invalid("%q is not a subject; subjects are %v", subject, subjects)
		}
	}
	return nil
}

// checkTags checks the limits of freeform tags.
func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return invalid("freeformTags has %d tags; the limit is %d", len(tags), maxTags)
	}
	for key, value := range tags {
		if n := utf8.RuneCountInString(key); n == 0 || n > maxTagKey {
			return invalid("freeformTags: a key has 1 to %d characters", maxTagKey)
		}
		if utf8.RuneCountInString(value) > maxTagValue {
			return invalid("freeformTags: a value has at most %d characters", maxTagValue)
		}
	}
	return nil
}

// checkCompartment accepts the sender tenancy only.
func (s *Server) checkCompartment(id string) error {
	switch id {
	case s.tenancy():
		return nil
	case "":
		return missing("compartmentId")
	}
	return notFound("compartment", id)
}
