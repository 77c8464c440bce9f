package handler

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
)

// api serves a route of the Organizations API: the request passes through, signed by the function's principal, and so
// does the answer. Of the request only compartmentId is looked at: this function sends for one tenancy.
func (i *invocation) api(r *http.Request, m matchedRoute) response {
	request, err := i.forwarded(r, m)
	if err != nil {
		return errorResponse(err)
	}
	request.header = withRequestID(request.header, i.callID) // here, for the result event is named after it
	ctx, publishing, cancel := deadlines(r.Context())
	defer cancel()
	got, err := i.execute(ctx, request)
	passed := passedOn(got, err)
	if !m.operation.writes() {
		return passed
	}
	if i.publish(publishing, work{publicationOf(m, request, got, err)}) != nil {
		passed = passed.with("x-result-event", string(events.Failed))
	}
	return passed
}

// forwarded is the request to OCI that stands for the caller's.
func (i *invocation) forwarded(r *http.Request, m matchedRoute) (call, error) {
	op := m.operation
	request := call{method: op.method, path: op.pathOf(m.parameters), rawQuery: r.URL.RawQuery, header: http.Header{}}
	for _, name := range []string{"if-match", "opc-retry-token", "opc-request-id"} {
		if value := r.Header.Get(name); value != "" {
			request.header.Set(name, value)
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return request, events.Invalid("InvalidParameter", "the query does not parse")
	}
	if request.body, err = i.forwardedBody(r, op); err != nil {
		return request, err
	}
	switch op.name {
	case "create":
		err = i.checkBodyCompartment(request.body)
	case "list":
		err = i.checkCompartment(query["compartmentId"]...)
	}
	if op.method == http.MethodPost && request.header.Get("opc-retry-token") == "" {
		request.header.Set("opc-retry-token", common.RetryToken())
	}
	return request, err
}

// forwardedBody is the caller's body as it came; none where the operation has none.
func (i *invocation) forwardedBody(r *http.Request, op *operation) ([]byte, error) {
	if op.body == nil {
		return nil, nil
	}
	body, err := readBody(r)
	switch {
	case err != nil:
		return nil, err
	case len(body) > events.MaxBody:
		return nil, events.TooLarge()
	}
	return body, events.CheckJSON(body)
}

func (i *invocation) checkBodyCompartment(body []byte) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return events.Undecodable("the body is not a JSON object")
	}
	var compartment *string
	if raw, ok := members["compartmentId"]; ok && json.Unmarshal(raw, &compartment) != nil {
		return events.Invalid("InvalidParameter", "compartmentId is not a string")
	}
	if compartment == nil {
		return i.checkCompartment()
	}
	return i.checkCompartment(*compartment)
}

// checkCompartment sees that the caller means the sender tenancy, and no other.
func (i *invocation) checkCompartment(given ...string) error {
	if len(given) == 0 || given[0] == "" {
		return events.Invalid("MissingParameter", "compartmentId is required: the OCID of the sender tenancy")
	}
	sender, err := i.sender()
	if err != nil {
		return err
	}
	for _, compartment := range given {
		if compartment != sender {
			return events.NotFound("compartmentId is not the sender tenancy of this function (COMPARTMENT_OCID)")
		}
	}
	return nil
}

// passedOn is the API's answer for the caller.
func passedOn(got answer, err error) response {
	passed := response{status: got.status, header: http.Header{}, body: got.body}
	if err != nil {
		passed = errorResponse(err)
	} else {
		passed = passed.with("content-type", got.header.Get("content-type"))
	}
	for _, name := range []string{"etag", "opc-request-id", "opc-work-request-id", "opc-next-page", "retry-after"} {
		passed = passed.with(name, got.header.Get(name))
	}
	return passed
}

// publicationOf tells of a write that was sent to Organizations.
func publicationOf(m matchedRoute, request call, got answer, err error) events.Publication {
	result := resultOf(m.operation, got)
	id := m.parameters["senderInvitationId"]
	if err != nil {
		result = failed(result, err)
	} else if result.Invitation == nil && id != "" {
		result.Invitation, _ = json.Marshal(events.Invitation{ID: id}) // strings always have a JSON form
	}
	return events.Publication{Result: result, Subject: subjectOf(id, events.ReadInvitation(request.body).RecipientTenancyID),
		Key: request.method + " " + request.path + " " + request.header.Get("opc-request-id")}
}
