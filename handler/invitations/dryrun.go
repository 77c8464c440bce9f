package invitations

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/oci"
)

// rehearse replaces a write if MODE is dry-run. It reads the invitation that the write would change, and answers like the API as far as the
// answer can be known. It invents no id, no work request and no etag.
func (r run) rehearse(ctx context.Context, request Request) (oci.Answer, error) {
	details := map[string]json.RawMessage{}
	if request.Body != nil {
		if err := json.Unmarshal(request.Body, &details); err != nil {
			return oci.Answer{}, err
		}
	}
	maps.DeleteFunc(details, func(_ string, value json.RawMessage) bool { return string(value) == "null" }) // null is unset
	if request.Operation == command.Create {
		return r.rehearseCreate(request, details)
	}
	current, err := r.current(ctx, request)
	if err != nil {
		return oci.Answer{}, err
	}
	if request.Operation == command.Cancel {
		return oci.Answer{Status: http.StatusOK}, current.cancelable()
	}
	changed := map[string]json.RawMessage{}
	if err := json.Unmarshal(current.raw, &changed); err != nil {
		return oci.Answer{}, err
	}
	maps.Copy(changed, details)
	return rehearsed(request, changed)
}

// rehearseCreate checks the recipient, as the service would. The answer lacks the members that only the service sets.
func (r run) rehearseCreate(request Request, details map[string]json.RawMessage) (oci.Answer, error) {
	sender, err := r.client.Tenancy(r.watch.Log)
	if err != nil {
		return oci.Answer{}, err
	}
	c := command.Command{Operation: command.Create}
	c.RecipientTenancyID, _ = command.TextOf(details["recipientTenancyId"])
	if err := errors.Join(c.Check(), c.CheckSender(sender)); err != nil {
		return oci.Answer{}, err
	}
	maps.DeleteFunc(details, func(name string, _ json.RawMessage) bool {
		return slices.ContainsFunc([]string{"id", "lifecycleState", "status"}, func(own string) bool { return strings.EqualFold(own, name) })
	})
	return rehearsed(request, details)
}

// rehearsed returns an answer with the object. Its opc-request-id is that of the request, for OCI has given none.
func rehearsed(request Request, object map[string]json.RawMessage) (oci.Answer, error) {
	body, err := strict.Marshal(object)
	return oci.Answer{Status: http.StatusOK, Header: http.Header{"Opc-Request-Id": request.Header["Opc-Request-Id"]}, Body: body}, err
}

// current reads the invitation that a write is for, and compares its etag with that of the write.
func (r run) current(ctx context.Context, request Request) (reading, error) {
	read := NewRequest(command.Get, map[string]string{"senderInvitationId": request.id})
	read.Once = request.Once
	read.Header["Opc-Request-Id"] = request.Header["Opc-Request-Id"]
	got, err := r.send(ctx, read)
	if err != nil {
		return reading{}, err
	}
	found, err := readingOf(got)
	wanted := request.Header.Get("if-match")
	switch {
	case err != nil, wanted == "", wanted == "*", wanted == found.etag:
		return found, err
	case found.etag == "":
		return found, found.withoutEtag()
	}
	return found, events.NewError(http.StatusPreconditionFailed, "NoEtagMatch", request.Operation.Name+": the invitation has another etag").
		SeenIn(found.requestID)
}
