package command

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sender-invitations/events"
)

// Operation is one row of the table of what the function can do. The routes of the HTTP door and the types of command events are
// both made from the table.
type Operation struct {
	// Name is the operation in a command, and the last part of the command event's type. It is "" if no command can ask for it.
	Name string
	// API is the API's name of the operation. It is "" if the operation is not a single call.
	API string
	// Method and Path are those of the request. The path follows [BasePath] and has parameters in braces.
	Method, Path string
	// Outcome is the outcome of a successful call.
	Outcome events.Outcome
	// Body lists the command's fields that belong to the request's body, Other those that do not.
	Body, Other []string
	// Required lists the fields that a command must have.
	Required []string
	// Compartment is the part of the request that must name the sender tenancy; "" if none must.
	Compartment Place
	// NamesInvitation is true if the command names one invitation, by its id or by its recipient tenancy.
	NamesInvitation bool
}

// Place is the part of a request that holds a parameter.
type Place string

// The places.
const (
	InBody  Place = "body"
	InQuery Place = "query"
)

// BasePath is the path of the Organizations API, version included.
const BasePath = "/20230401"

// The operations that a command can ask for.
var (
	Create = &Operation{
		Name: "create", API: "CreateSenderInvitation", Method: http.MethodPost, Path: "/senderInvitations", Outcome: events.Created,
		Compartment: InBody,
		Body:        []string{"recipientTenancyId", "recipientEmailAddress", "displayName", "subjects", "features", "freeformTags", "definedTags"},
		Other:       []string{"opcRetryToken", "opcRequestId", "wait", "hold", "previous"},
		Required:    []string{"recipientTenancyId"},
	}
	Get = &Operation{
		Name: "get", API: "GetSenderInvitation", Method: http.MethodGet, Path: "/senderInvitations/{senderInvitationId}", Outcome: events.Retrieved,
		NamesInvitation: true,
		Other:           []string{"opcRequestId"},
	}
	List = &Operation{
		Name: "list", API: "ListSenderInvitations", Method: http.MethodGet, Path: "/senderInvitations", Outcome: events.Listed,
		Compartment: InQuery,
		Other:       []string{"recipientTenancyId", "lifecycleState", "status", "displayName", "page", "limit", "sortBy", "sortOrder", "opcRequestId"},
	}
	Update = &Operation{
		Name: "update", API: "UpdateSenderInvitation", Method: http.MethodPut, Path: "/senderInvitations/{senderInvitationId}", Outcome: events.Updated,
		NamesInvitation: true,
		Body:            []string{"displayName", "freeformTags", "definedTags"},
		Other:           []string{"ifMatch", "replaceTags", "opcRequestId", "hold"},
	}
	Cancel = &Operation{
		Name: "cancel", API: "CancelSenderInvitation", Method: http.MethodPost, Path: "/senderInvitations/{senderInvitationId}/actions/cancel", Outcome: events.Canceled,
		NamesInvitation: true,
		Other:           []string{"ifMatch", "opcRetryToken", "opcRequestId", "wait", "hold"},
	}
	// Poll tells what has become of the invitations. It makes many calls.
	Poll = &Operation{Name: "poll", Outcome: events.Polled, Other: []string{"within", "page", "opcRequestId"}}
)

// The operations on work requests that the function uses itself. The HTTP door does not offer ListWorkRequests.
var (
	GetWorkRequest        = &Operation{API: "GetWorkRequest", Method: http.MethodGet, Path: "/workRequests/{workRequestId}"}
	ListWorkRequestErrors = &Operation{API: "ListWorkRequestErrors", Method: http.MethodGet, Path: "/workRequests/{workRequestId}/errors"}
	ListWorkRequests      = &Operation{API: "ListWorkRequests", Method: http.MethodGet, Path: "/workRequests"}
)

// Operations is the whole table: the operations of commands, then those that only the HTTP door offers.
var Operations = []*Operation{
	Create, Get, List, Update, Cancel, Poll,
	GetWorkRequest, ListWorkRequestErrors,
	{API: "ListWorkRequestLogs", Method: http.MethodGet, Path: "/workRequests/{workRequestId}/logs"},
}

// Names returns the names of the operations that a command can ask for, in the order of the table.
func Names() (names []string) {
	for _, op := range Operations {
		if op.Name != "" {
			names = append(names, op.Name)
		}
	}
	return names
}

// Named returns the operation with the name; nil if there is none.
func Named(name string) *Operation {
	index := slices.IndexFunc(Operations, func(o *Operation) bool { return name != "" && o.Name == name })
	if index < 0 {
		return nil
	}
	return Operations[index]
}

// NotAllowed returns the error of an operation that a setting or a door refuses: 403 NotAllowed.
func (o *Operation) NotAllowed(why string) *events.Error {
	return events.NewError(http.StatusForbidden, "NotAllowed", o.Name+": "+why)
}

// IsCall reports whether the operation is one call to the API.
func (o *Operation) IsCall() bool { return o.API != "" }

// Writes reports whether the operation changes anything. A poll does: it marks the invitations whose change it has told.
func (o *Operation) Writes() bool { return o.Method != http.MethodGet }

// Takes reports whether a command of the operation may have the field.
func (o *Operation) Takes(field string) bool { return slices.Contains(o.Fields(), field) }

// Fields returns the fields that a command of the operation may have, in the order of the table. Every command may name its sender
// tenancy and turn off retries.
func (o *Operation) Fields() []string {
	fields := slices.Concat(o.Body, o.Other, []string{"compartmentId", "retry"})
	if o.NamesInvitation {
		fields = append([]string{"senderInvitationId", "recipientTenancyId"}, fields...)
	}
	return fields
}

// PathOf returns the whole path, escaped, with the parameters in place of their {names}.
func (o *Operation) PathOf(parameters map[string]string) string {
	path := BasePath + o.Path
	for name, value := range parameters {
		path = strings.Replace(path, "{"+name+"}", url.PathEscape(value), 1)
	}
	return path
}
