package ocitest

import "net/http"

// updateInvitation sets the display name, the freeform tags and the defined tags
// that the body has. A tag map replaces the previous one.
func (s *Server) updateInvitation(r request) (answer, error) {
	details, err := parseObject(r.body)
	if err != nil {
		return answer{}, err
	}
	var given Invitation
	err = details.read(
		member{"displayName", &given.DisplayName},
		member{"freeformTags", &given.FreeformTags},
		member{"definedTags", &given.DefinedTags},
	)
	if err == nil {
		err = checkTags(given.FreeformTags)
	}
	if err != nil {
		return answer{}, err
	}
	i, err := s.find(r)
	if err != nil {
		return answer{}, err
	}
	if i.moving() {
		return answer{}, incorrectState(i)
	}
	i.update(details, given)
	i.changed(r.now)
	return i.answer()
}

// update copies the members that are in details from given.
func (i *invitation) update(details object, given Invitation) {
	if details.has("displayName") {
		i.DisplayName = given.DisplayName
	}
	if details.has("freeformTags") {
		i.FreeformTags = given.FreeformTags
	}
	if details.has("definedTags") {
		i.DefinedTags = given.DefinedTags
	}
}

// cancelInvitation starts the cancellation of a pending invitation.
func (s *Server) cancelInvitation(r request) (answer, error) {
	i, err := s.find(r)
	if err != nil {
		return answer{}, err
	}
	if !i.waiting() {
		return answer{}, incorrectState(i)
	}
	i.become(updating, pending, r.now)
	i.cancellation = s.begin(cancelOperation, i, r.now)
	return answer{status: http.StatusOK, header: map[string]string{"opc-work-request-id": i.cancellation.id}}, nil
}

func incorrectState(i *invitation) error {
	return fail(http.StatusConflict, "IncorrectState", "the invitation is %s and %s", i.LifecycleState, i.Status)
}
