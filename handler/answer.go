package handler

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"sender-invitations/events"
)

// answer is what the API answered, whole. It is there also with an error, if the API answered at all.
type answer struct {
	status int
	header http.Header
	body   []byte
	// unclear tells of a write that an attempt before this answer's may have taken effect.
	unclear bool
}

// maxAnswer is the most bytes that are read of an answer: no more could be handed on.
const maxAnswer = events.MaxBody

// refused reports whether OCI said no, so that nothing was done.
func (got answer) refused() bool { return got.status >= 400 && got.status < 500 }

// codeForm is what a code of at most maxCode bytes looks like. It is logged, and anything else may be anybody's.
var codeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.]*$`)

const maxCode = 100

// refusal is the API's own error. One that did not come in the API's form is reduced to its status: the text may be
// anybody's.
func refusal(got answer) *events.Error {
	var told struct{ Code, Message string }
	// Members that do not fit stay empty.
	_ = json.Unmarshal(got.body, &told)
	if len(told.Code) > maxCode || !codeForm.MatchString(told.Code) {
		told.Code = ""
	}
	if told.Code == "" || told.Message == "" {
		told.Message = strings.TrimSpace(fmt.Sprintf("OCI answered %d %s", got.status, http.StatusText(got.status))) + " without saying why"
	}
	return &events.Error{Status: got.status, Code: cmp.Or(told.Code, codeOf(got.status)), Message: told.Message,
		OpcRequestID: got.header.Get("opc-request-id"), RetryAfter: got.header.Get("retry-after"),
		Retryable: got.status >= 500 || got.status == http.StatusTooManyRequests || got.status == http.StatusUnauthorized}
}

// unusable is the fault of an answer that came, but not as one of these APIs.
func (got answer) unusable(message string) *events.Error {
	fault := badGateway(message)
	fault.OpcRequestID = got.header.Get("opc-request-id")
	return fault
}

// codeOf is OCI's usual code for a status (https://docs.oracle.com/iaas/Content/API/References/apierrors.htm).
func codeOf(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "NotAuthenticated"
	case http.StatusForbidden:
		return "NotAllowed"
	case http.StatusNotFound:
		return "NotAuthorizedOrNotFound"
	case http.StatusConflict:
		return "Conflict"
	case http.StatusTooManyRequests:
		return "TooManyRequests"
	case http.StatusBadGateway:
		return "BadGateway"
	case http.StatusServiceUnavailable:
		return "ServiceUnavailable"
	case http.StatusGatewayTimeout:
		return "GatewayTimeout"
	}
	if status >= 500 {
		return "InternalServerError"
	}
	return "InvalidParameter"
}

// isObject reports whether the text, which is JSON, is an object, as all bodies of both APIs are.
func isObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
}
