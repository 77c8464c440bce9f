package handler

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sender-invitations/events"
)

// operation is one row of the table of what the program can do. Routes and command events are both made from it.
type operation struct {
	// name is the command's operation and the last part of its event type; "" if events cannot ask for it.
	name string
	// api is what the API calls it, method and path are how it is called, the path under the API's base path.
	api, method, path string
	// outcome is what a success is called.
	outcome events.Outcome
	// body are the command's fields that travel in the request's body, other those in its query and headers; required
	// are those of them that a command must have.
	body, other, required []string
	// compartment is where a request must name the sender tenancy, if it must.
	compartment place
	// anInvitation tells that the command names one invitation: by its id, or by the tenancy that it is for.
	anInvitation bool
	// looks is the operation that shows what this one would write to: the invitation, or where there is none yet the list.
	looks *operation
	// run carries out the command of an event.
	run func(*invocation, context.Context, Command) (events.Result, error)
}

// place is where in a request a parameter stands.
type place string

const (
	inBody  place = "body"
	inQuery place = "query"
)

// writes reports whether the operation changes anything.
func (o *operation) writes() bool { return o.method != http.MethodGet }

const basePath = "/20230401"

// getOperation and listOperation are what others read with before they write; a table that they found them in would refer to
// itself.
var getOperation = &operation{
	name: "get", api: "GetSenderInvitation", method: http.MethodGet, path: "/senderInvitations/{senderInvitationId}", outcome: events.Retrieved,
	anInvitation: true,
	other:        []string{"opcRequestId"},
	run:          (*invocation).get,
}

var listOperation = &operation{
	name: "list", api: "ListSenderInvitations", method: http.MethodGet, path: "/senderInvitations", outcome: events.Listed,
	compartment: inQuery,
	other:       []string{"recipientTenancyId", "lifecycleState", "status", "displayName", "page", "limit", "sortBy", "sortOrder", "opcRequestId"},
	run:         (*invocation).list,
}

var operations = []*operation{
	{
		name: "create", api: "CreateSenderInvitation", method: http.MethodPost, path: "/senderInvitations", outcome: events.Created,
		compartment: inBody,
		body:        []string{"recipientTenancyId", "recipientEmailAddress", "displayName", "subjects", "features", "freeformTags", "definedTags"},
		other:       []string{"opcRetryToken", "opcRequestId"},
		required:    []string{"recipientTenancyId"},
		looks:       listOperation,
		run:         (*invocation).create,
	},
	getOperation,
	listOperation,
	{
		name: "update", api: "UpdateSenderInvitation", method: http.MethodPut, path: "/senderInvitations/{senderInvitationId}", outcome: events.Updated,
		anInvitation: true,
		body:         []string{"displayName", "freeformTags", "definedTags"},
		other:        []string{"ifMatch", "replaceTags", "opcRequestId"},
		looks:        getOperation,
		run:          (*invocation).update,
	},
	{
		name: "cancel", api: "CancelSenderInvitation", method: http.MethodPost, path: "/senderInvitations/{senderInvitationId}/actions/cancel", outcome: events.Canceled,
		anInvitation: true,
		other:        []string{"ifMatch", "opcRetryToken", "opcRequestId"},
		looks:        getOperation,
		run:          (*invocation).cancel,
	},
	{api: "GetWorkRequest", method: http.MethodGet, path: "/workRequests/{workRequestId}"},
	{api: "ListWorkRequestErrors", method: http.MethodGet, path: "/workRequests/{workRequestId}/errors"},
	{api: "ListWorkRequestLogs", method: http.MethodGet, path: "/workRequests/{workRequestId}/logs"},
}

// takes reports whether the command may have the field.
func (o *operation) takes(field string) bool { return slices.Contains(o.fields(), field) }

// fields are all that the command may have, in the order of the table. Every command may name its sender tenancy, and
// ask for no retries.
func (o *operation) fields() []string {
	fields := slices.Concat(o.body, o.other, []string{"compartmentId", "retry"})
	if o.anInvitation {
		fields = append([]string{"senderInvitationId", "recipientTenancyId"}, fields...)
	}
	return fields
}

// pathOf is the whole path, escaped, with the parameters in the places of their {names}.
func (o *operation) pathOf(parameters map[string]string) string {
	path := basePath + o.path
	for name, value := range parameters {
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	return path
}

// commandNamed is the operation of that name that events can ask for, or nil.
func commandNamed(name string) *operation {
	index := slices.IndexFunc(operations, func(o *operation) bool { return o.run != nil && o.name == name })
	if index < 0 {
		return nil
	}
	return operations[index]
}
