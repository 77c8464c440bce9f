package handler

import (
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

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
	ctx, publishing, cancel := i.contexts(r.Context())
	defer cancel()
	got, err := i.execute(ctx, request)
	passed := passedOn(got, err)
	if !request.writes() {
		return passed
	}
	nothingSent := got.status == 0 && err != nil && !events.AsError(err).Retryable // a guardrail refused it
	if err != nil && !nothingSent && r.Header.Get("opc-retry-token") == "" {
		// It may have taken effect: the caller needs the token that was made for him to ask again without a second effect.
		passed = passed.with("opc-retry-token", request.header.Get("opc-retry-token"))
	}
	told := publicationOf(m, request, got, err)
	told.Result.DryRun = i.dryRun()
	i.metrics.add(told)
	if i.publish(publishing, work{told}) != nil {
		passed = passed.with("x-result-event", string(events.Failed))
	}
	return passed
}

// forwarded is the request to OCI that stands for the caller's. A caller whose SDK retries (opc-client-retries: true)
// gets one attempt, for two layers of retries would multiply.
func (i *invocation) forwarded(r *http.Request, m matchedRoute) (call, error) {
	op := m.operation
	request := call{operation: op, path: op.pathOf(m.parameters), rawQuery: r.URL.RawQuery, header: http.Header{},
		once: strings.EqualFold(r.Header.Get("opc-client-retries"), "true")}
	for _, name := range []string{"if-match", "opc-retry-token", "opc-request-id"} {
		value, err := handedOn(r.Header, name)
		if err != nil {
			return request, err
		}
		if value != "" {
			request.header.Set(name, value)
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return request, events.Invalid("InvalidParameter", "the query does not parse")
	}
	if strings.IndexFunc(r.URL.RawQuery, func(c rune) bool { return c <= ' ' || c > '~' }) >= 0 {
		request.rawQuery = query.Encode() // as it came it could not be sent
	}
	named := map[place][]string{inQuery: query["compartmentId"]}
	if op.body != nil {
		if request.body, err = forwardedBody(r); err != nil {
			return request, err
		}
		if named[inBody], err = compartmentsIn(request.body); err != nil {
			return request, err
		}
	}
	if op.method == http.MethodPost && request.header.Get("opc-retry-token") == "" {
		request.header.Set("opc-retry-token", common.RetryToken())
	}
	return request, i.checkCompartments(op, named)
}

// forwardedBody is the caller's body as it came, a JSON object.
func forwardedBody(r *http.Request) ([]byte, error) {
	if err := checkContentType(r.Header.Get("content-type")); err != nil {
		return nil, err
	}
	body, err := readBody(r)
	switch {
	case err != nil:
		return nil, err
	case len(body) > events.MaxBody:
		return nil, events.TooLarge()
	}
	if err := events.CheckJSON(body); err != nil {
		return nil, err
	}
	if !isObject(body) {
		return nil, events.Undecodable("the body is not a JSON object")
	}
	return body, nil
}

// compartmentsIn are the compartments that the body names.
func compartmentsIn(body []byte) (named []string, err error) {
	for name, raw := range events.Members(body) {
		if string(name) != "compartmentId" {
			continue
		}
		var compartment *string
		if json.Unmarshal(raw, &compartment) != nil {
			return nil, events.Invalid("InvalidParameter", "compartmentId is not a string")
		}
		if compartment != nil {
			named = append(named, *compartment)
		}
	}
	return named, nil
}

// checkContentType refuses what is said not to be JSON. A body of which nothing is said is looked at.
func checkContentType(text string) error {
	kind, _, err := mime.ParseMediaType(text)
	if text == "" || err == nil && kind == "application/json" {
		return nil
	}
	return &events.Error{Status: http.StatusUnsupportedMediaType, Code: "UnsupportedMediaType",
		Message: "the body must be JSON; send content-type: application/json"}
}

// checkCompartments sees that the caller means the sender tenancy wherever he names one, and does where the API wants it.
func (i *invocation) checkCompartments(op *operation, named map[place][]string) error {
	all := slices.Concat(named[inQuery], named[inBody])
	if op.compartment != "" && strings.Join(named[op.compartment], "") == "" {
		return events.Invalid("MissingParameter", "compartmentId is required: the OCID of the sender tenancy")
	}
	if len(all) == 0 {
		return nil
	}
	sender, err := i.sender()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(compartment string) bool { return compartment != sender }) {
		return events.NotFound("compartmentId is not the sender tenancy of this function (COMPARTMENT_OCID)")
	}
	return nil
}

// passedOn is the API's answer for the caller.
func passedOn(got answer, err error) response {
	passed := response{status: got.status, header: http.Header{}, body: got.body}
	if err != nil {
		passed = errorResponse(err)
	} else if len(got.body) > 0 {
		passed = passed.with("content-type", cmp.Or(got.header.Get("content-type"), "application/json"))
	}
	for _, name := range []string{"etag", "opc-request-id", "opc-work-request-id", "opc-next-page", "retry-after"} {
		passed = passed.with(name, got.header.Get(name))
	}
	return passed
}

// publicationOf tells of a write that was sent to Organizations. Its key is the route and the opc-request-id; with the body and
// what came of it, for some callers give all their requests one id.
func publicationOf(m matchedRoute, request call, got answer, err error) events.Publication {
	result := resultOf(m.operation, got)
	id := m.parameters["senderInvitationId"]
	if err != nil {
		result = failed(result, err)
	} else if result.Invitation == nil && id != "" {
		result.Invitation, _ = json.Marshal(events.Invitation{ID: id}) // strings always have a JSON form
	}
	return events.Publication{Result: result, Subject: subjectOf(id, events.ReadInvitation(request.body).RecipientTenancyID),
		Key: events.Hash(request.operation.method, request.path, request.header.Get("opc-request-id"),
			events.Digest(request.body), events.ReadInvitation(result.Invitation).ID)}
}
