package handler

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"sender-invitations/events"
)

// rehearse stands in for a write where MODE is dry-run: it reads what the write would change, and answers as the API would
// as far as that can be known. Nothing is invented: no id, no work request, no etag.
func (i *invocation) rehearse(ctx context.Context, request call) (answer, error) {
	details := map[string]json.RawMessage{}
	if request.body != nil {
		if err := json.Unmarshal(request.body, &details); err != nil {
			return answer{}, err
		}
	}
	maps.DeleteFunc(details, func(_ string, value json.RawMessage) bool { return string(value) == "null" }) // null is unset
	if request.operation.name == "create" {
		return i.rehearseCreate(request, details)
	}
	current, err := i.current(ctx, request)
	if err != nil {
		return answer{}, err
	}
	if request.operation.name == "cancel" {
		return answer{status: http.StatusOK}, current.cancelable()
	}
	changed := map[string]json.RawMessage{}
	if err := json.Unmarshal(current.raw, &changed); err != nil {
		return answer{}, err
	}
	maps.Copy(changed, details)
	return rehearsed(request, changed)
}

// rehearseCreate checks for whom the invitation is, which the service would do. What only the service sets is left out.
func (i *invocation) rehearseCreate(request call, details map[string]json.RawMessage) (answer, error) {
	sender, err := i.sender()
	if err != nil {
		return answer{}, err
	}
	c := Command{operation: request.operation}
	c.RecipientTenancyID, _ = textOf(details["recipientTenancyId"])
	if err := errors.Join(c.checkRequired(), c.checkOCIDs(), c.checkRecipient(sender)); err != nil {
		return answer{}, err
	}
	maps.DeleteFunc(details, func(name string, _ json.RawMessage) bool {
		return slices.ContainsFunc([]string{"id", "lifecycleState", "status"}, func(own string) bool { return strings.EqualFold(own, name) })
	})
	return rehearsed(request, details)
}

// rehearsed is an answer with the object, under the id that the request has.
func rehearsed(request call, object map[string]json.RawMessage) (answer, error) {
	body, err := events.Marshal(object)
	return answer{status: http.StatusOK, header: http.Header{"Opc-Request-Id": request.header["Opc-Request-Id"]}, body: body}, err
}

// current reads the invitation that a write is for, and compares its etag with that of the write.
func (i *invocation) current(ctx context.Context, request call) (reading, error) {
	read := call{operation: request.operation.looks, path: strings.TrimSuffix(request.path, "/actions/cancel"),
		header: http.Header{"Opc-Request-Id": request.header["Opc-Request-Id"]}, once: request.once}
	got, err := i.execute(ctx, read)
	if err != nil {
		return reading{}, err
	}
	found, err := readingOf(got)
	if wanted := request.header.Get("if-match"); err == nil && wanted != "" && wanted != "*" && wanted != found.etag {
		err = &events.Error{Status: http.StatusPreconditionFailed, Code: "NoEtagMatch",
			Message: request.operation.name + ": the invitation has another etag", OpcRequestID: found.requestID}
	}
	return found, err
}
