package invitations

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/answers"
	"sender-invitations/handler/command"
)

// checkPrevious checks that the create may replace its previous invitation: it must be EXPIRED, and for the same recipient tenancy. It returns the
// number of times in a row that the invitation is then sent again, as a tag has it.
func (r run) checkPrevious(ctx context.Context, c command.Command) (resent string, err error) {
	previous := c
	previous.SenderInvitationID = c.Previous
	found, err := r.read(ctx, previous)
	switch {
	case err != nil:
		return "", events.AsError(err).Within("create: previous")
	case !answers.Same(found.RecipientTenancyID, c.RecipientTenancyID):
		return "", conflict(c, found.requestID, "the previous invitation is for another recipient tenancy")
	case found.Status != "EXPIRED":
		return "", events.NewError(http.StatusConflict, "IncorrectState", "create: the previous invitation is "+found.Status+", not EXPIRED; leave previous out").
			SeenIn(found.requestID)
	}
	return strconv.Itoa(found.resent() + 1), nil
}

// resent returns how many times in a row the invitation was sent again.
func (r reading) resent() int {
	times, err := strconv.ParseUint(r.FreeformTags[resentTag], 10, 16)
	if err != nil { // it is another's text, or there is none
		return 0
	}
	return int(times)
}

// managedTags begin the namespaces of defined tags that OCI sets itself.
const managedTags = "oracle-"

// Again returns the create that sends the invitation of the change again. The error is like that of [command.Command.Check].
func (c Change) Again() (command.Command, error) {
	var old struct {
		RecipientTenancyID    string                                `json:"recipientTenancyId"`
		RecipientEmailAddress string                                `json:"recipientEmailAddress,omitempty"`
		DisplayName           string                                `json:"displayName,omitempty"`
		Subjects              []string                              `json:"subjects,omitempty"`
		Features              []string                              `json:"features,omitempty"`
		FreeformTags          map[string]string                     `json:"freeformTags,omitempty"`
		DefinedTags           map[string]map[string]json.RawMessage `json:"definedTags,omitempty"`
		Previous              string                                `json:"previous"`
	}
	var features struct {
		InvitationFeatures []struct{ Name string } `json:"invitationFeatures"`
	}
	fields, err := json.RawMessage(nil), json.Unmarshal(c.Invitation, &old)
	if err == nil {
		err = json.Unmarshal(c.Invitation, &features)
	}
	for _, feature := range features.InvitationFeatures {
		old.Features = append(old.Features, feature.Name)
	}
	old.RecipientTenancyID = strings.TrimSpace(old.RecipientTenancyID)
	old.FreeformTags, old.Previous = withoutOwn(old.FreeformTags), c.ID
	maps.DeleteFunc(old.DefinedTags, func(namespace string, _ map[string]json.RawMessage) bool {
		return strings.HasPrefix(strings.ToLower(namespace), managedTags)
	})
	if err == nil {
		fields, err = strict.Marshal(old)
	}
	if err != nil {
		return command.Command{Operation: command.Create}, err
	}
	again, err := command.Parse(command.Create, fields)
	if err == nil {
		err = again.Check()
	}
	return again, err
}
