package oci

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

// Answer is the whole answer of an API; the zero Answer if there was none.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Unclear is true if an earlier attempt of a write had no clear answer and may have taken effect.
	Unclear bool
}

// maxAnswer is the maximum size of an answer in bytes: the function's own answer cannot be longer.
const maxAnswer = events.MaxBody

// maxValues is the maximum number of JSON values in an answer, for a value takes much more memory than its text. A page of 1,000 invitations
// may have 100 values in each.
const maxValues = 100_000

// Refused reports whether OCI refused the call and did nothing.
func (got Answer) Refused() bool { return got.Status >= 400 && got.Status < 500 }

// Throttled reports whether OCI refused the call because there are too many, or asked to wait.
func (got Answer) Throttled() bool {
	return got.Status == http.StatusTooManyRequests || got.Status == http.StatusServiceUnavailable && got.Header.Get("retry-after") != ""
}

// RequestID returns Oracle's id of the request.
func (got Answer) RequestID() string { return got.Header.Get("opc-request-id") }

// Unusable returns the error of an answer that is not in the form of the API.
func (got Answer) Unusable(message string) *events.Error {
	return BadGateway(message).SeenIn(got.RequestID())
}

// BadGateway returns the error of an answer that cannot be used, or did not come: 502 BadGateway.
func BadGateway(message string) *events.Error {
	return events.NewError(http.StatusBadGateway, "BadGateway", message)
}

// Doubted returns the error of an answer to the operation that cannot be right, and says why.
func Doubted(api, why string) *events.Error { return BadGateway(doubted(api, why)) }

func doubted(api, why string) string {
	return fmt.Sprintf("OCI's answer to %s cannot be right: %s; check what answers in OCI's place", api, why)
}

// codeForm is the form of an error code, maxCode its maximum length in bytes. Codes are logged, so any other text is dropped.
var codeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.]*$`)

const maxCode = 100

// refusal returns the API's own error. If the answer is not in the API's form, it keeps only the status, for the text may say anything.
func (got Answer) refusal() *events.Error {
	var told struct{ Code, Message string }
	_ = json.Unmarshal(got.Body, &told) // members of another type stay empty
	if len(told.Code) > maxCode || !codeForm.MatchString(told.Code) {
		told.Code = ""
	}
	if told.Code == "" || told.Message == "" {
		told.Message = strings.TrimSpace(fmt.Sprintf("OCI answered %d %s", got.Status, http.StatusText(got.Status))) + " without saying why"
	}
	fault := events.NewError(got.Status, cmp.Or(told.Code, codeOf(got.Status)), told.Message)
	fault.OpcRequestID, fault.RetryAfter = got.RequestID(), got.Header.Get("retry-after")
	return fault
}

// codeOf returns OCI's usual code for a status (https://docs.oracle.com/iaas/Content/API/References/apierrors.htm).
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
	case http.StatusPreconditionFailed:
		return "NoEtagMatch"
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

// IsObject reports whether text, which is JSON, is an object. All bodies of OCI's APIs are.
func IsObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
}
