// Package forward makes a request to the Organizations API of a request of the HTTP door.
package forward

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
)

// Request returns the request to Organizations. A caller whose SDK retries (opc-client-retries: true) gets one attempt, for two layers
// of retries would multiply.
//
// parameters are those of the operation's path. sender returns the OCID of the sender tenancy; it is asked only if the request names a
// compartment.
func Request(r *http.Request, op *command.Operation, parameters map[string]string, watch oci.Observer, sender func() (string, error)) (invitations.Request, error) {
	request := invitations.NewRequest(op, parameters)
	request.Query, request.Once = r.URL.RawQuery, strings.EqualFold(r.Header.Get("opc-client-retries"), "true")
	for _, name := range []string{"if-match", "opc-retry-token", "opc-request-id"} {
		value, err := HeaderOf(r.Header, name)
		if err != nil {
			return request, err
		}
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	request.Header = watch.Identify(request.Header) // here, for the result event is named after it
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return request, events.Invalid("InvalidParameter", "the query does not parse")
	}
	if strings.IndexFunc(r.URL.RawQuery, func(c rune) bool { return c <= ' ' || c > '~' }) >= 0 {
		request.Query = query.Encode() // the query as it came cannot be sent
	}
	named := compartments{}
	named.addQuery(query)
	if op.Body != nil {
		if request.Body, err = bodyOf(r); err != nil {
			return request, err
		}
		if err := named.addBody(request.Body); err != nil {
			return request, err
		}
	}
	if op.Method == http.MethodPost && request.Header.Get("opc-retry-token") == "" {
		request.Header.Set("opc-retry-token", common.RetryToken())
	}
	return request, named.check(op, sender)
}

// bodyOf returns the caller's body as it came: a JSON object. Its size is that of a command, and is checked before it is parsed: an
// object with very many members takes many times its size in memory.
func bodyOf(r *http.Request) ([]byte, error) {
	if err := checkContentType(r.Header.Get("content-type")); err != nil {
		return nil, err
	}
	body, err := ReadBody(r, command.MaxSize)
	switch {
	case err != nil:
		return nil, err
	case len(body) > command.MaxSize || strict.CountValues(body) > command.MaxValues:
		return nil, events.NewError(http.StatusRequestEntityTooLarge, "PayloadTooLarge", fmt.Sprintf(
			"the body of an API request has at most %d bytes and %d values", command.MaxSize, command.MaxValues))
	}
	if err := events.CheckJSON(body); err != nil {
		return nil, err
	}
	if !oci.IsObject(body) {
		return nil, events.Undecodable("the body is not a JSON object")
	}
	return body, nil
}

// checkContentType refuses a content type that is not JSON. No content type is accepted, for the body is checked later.
func checkContentType(text string) error {
	kind, _, err := mime.ParseMediaType(text)
	if text == "" || err == nil && kind == "application/json" {
		return nil
	}
	return events.NewError(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "the body must be JSON; send content-type: application/json")
}

// ReadBody reads the body of a request, at most one byte more than it may have.
func ReadBody(r *http.Request, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	if err != nil {
		return nil, events.Undecodable("the body broke off")
	}
	return body, nil
}
