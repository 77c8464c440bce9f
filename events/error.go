package events

import (
	"errors"
	"fmt"
	"net/http"

	"sender-invitations/events/attribute"
	"sender-invitations/events/strict"
)

// Error is an error in the form of OCI's APIs: a status, a code and a message
// (https://docs.oracle.com/iaas/Content/API/References/apierrors.htm). It is safe to show to a caller: it contains
// no stack trace, no credential and no text of internal errors.
type Error struct {
	// Status is the HTTP status, 400 to 599.
	Status int `json:"status"`
	// Code is one of OCI's error codes, such as InvalidParameter.
	Code string `json:"code"`
	// Message says what is wrong and, if possible, what to do.
	Message string `json:"message"`
	// Retryable says that the same delivery may succeed later.
	Retryable bool `json:"retryable"`
	// Field is the field of a command that the error is about, or "".
	Field string `json:"-"`
	// OpcRequestID is Oracle's id of the request that failed, or "" if the error is not the answer to a request. The result
	// carries it next to the error.
	OpcRequestID string `json:"-"`
	// RetryAfter is the value of OCI's header retry-after, or "".
	RetryAfter string `json:"-"`
}

// Error returns the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// NewError returns an error with the given status, code and message. It is retryable for the statuses 401 (the platform
// rotates credentials), 429 and 5xx. Exceptions are made with [Error.Permanent] and [Error.Passing], and in no other way.
func NewError(status int, code, message string) *Error {
	return &Error{Status: status, Code: code, Message: message,
		Retryable: status == http.StatusUnauthorized || status == http.StatusTooManyRequests || status >= 500}
}

// Permanent returns a copy of the error that is not retryable.
func (e *Error) Permanent() *Error { return e.retryable(false) }

// Passing returns a copy of the error that is retryable.
func (e *Error) Passing() *Error { return e.retryable(true) }

func (e *Error) retryable(may bool) *Error {
	changed := *e
	changed.Retryable = may
	return &changed
}

// Invalid returns an error of the input: 400 with the given code and message.
func Invalid(code, message string) *Error { return NewError(http.StatusBadRequest, code, message) }

// Undecodable returns the error for a delivery that cannot be decoded: 400 CannotParseRequest.
func Undecodable(message string) *Error { return Invalid("CannotParseRequest", message) }

// TooLarge returns the error for a body larger than [MaxBody]: 413 PayloadTooLarge.
func TooLarge() *Error {
	return NewError(http.StatusRequestEntityTooLarge, "PayloadTooLarge", fmt.Sprintf("the body is larger than %d bytes", MaxBody))
}

// NotFound returns the error for a resource that does not exist or that the caller may not see: 404 NotAuthorizedOrNotFound.
func NotFound(message string) *Error {
	return NewError(http.StatusNotFound, "NotAuthorizedOrNotFound", message)
}

// AsError returns the *Error in err's chain. It cuts the message to 2,048 bytes, because a message may quote input. Any
// other error becomes [Internal]. AsError returns nil for nil.
func AsError(err error) *Error {
	fault, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return Internal()
	case len(fault.Message) > attribute.MaxText:
		brief := *fault
		brief.Message = strict.Cut(fault.Message, attribute.MaxText)
		return &brief
	}
	return fault
}

// SeenIn returns a copy of the error with Oracle's id of the request in whose answer it was seen.
func (e *Error) SeenIn(requestID string) *Error {
	seen := *e
	seen.OpcRequestID = requestID
	return &seen
}

// About returns a copy of the error that is about the field of a command.
func (e *Error) About(field string) *Error {
	about := *e
	about.Field = field
	return &about
}

// Within returns a copy of the error whose message names the place. It returns nil for nil.
func (e *Error) Within(place string) *Error {
	if e == nil {
		return nil
	}
	placed := *e
	placed.Message = place + ": " + e.Message
	return &placed
}

// Internal returns the error for a fault of this program: 500 InternalServerError without detail.
func Internal() *Error {
	return NewError(http.StatusInternalServerError, "InternalServerError", "internal error").Permanent()
}

// CheckJSON is [strict.Check] for a body, with an *[Error].
func CheckJSON(body []byte) error { return checkJSON("the body", body, 0) }

func checkJSON(what string, data []byte, level int) error {
	return undecodable(strict.Check(what, data, level))
}

func checkSyntax(what string, data []byte) error { return undecodable(strict.Syntax(what, data)) }

// undecodable returns the error as an *[Error]; nil for nil.
func undecodable(err error) error {
	if err == nil {
		return nil
	}
	return Undecodable(err.Error())
}
