package events

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a fault in the form that OCI's APIs give it: a status, a code and a message, as in
// https://docs.oracle.com/iaas/Content/API/References/apierrors.htm. It is safe to show to a caller: it holds
// no stack, no credential and no text of a lower layer.
type Error struct {
	// Status is the HTTP status, 400 to 599.
	Status int `json:"status"`
	// Code is one of OCI's error codes, such as InvalidParameter.
	Code string `json:"code"`
	// Message says what is wrong and, where it can, what to do.
	Message string `json:"message"`
	// Retryable tells that the same delivery may succeed later.
	Retryable bool `json:"retryable"`
	// OpcRequestID is Oracle's id of the request in whose answer the fault showed; "" if it was in none. It stands in the
	// result beside the error.
	OpcRequestID string `json:"-"`
	// RetryAfter is when OCI wants to be asked again, in the form of the header retry-after; "" if it does not say.
	RetryAfter string `json:"-"`
}

// Error returns code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// NewError returns an error with OCI's status, code and message. It is retryable if the status says that the fault may pass: 401
// (the platform rotates credentials), 429 and 5xx. [Error.Permanent] and [Error.Passing] make the exceptions; nothing else
// decides what is retryable.
func NewError(status int, code, message string) *Error {
	return &Error{Status: status, Code: code, Message: message,
		Retryable: status == http.StatusUnauthorized || status == http.StatusTooManyRequests || status >= 500}
}

// Permanent returns the error as one that no redelivery mends.
func (e *Error) Permanent() *Error { return e.retryable(false) }

// Passing returns the error as one that a redelivery may mend.
func (e *Error) Passing() *Error { return e.retryable(true) }

func (e *Error) retryable(may bool) *Error {
	changed := *e
	changed.Retryable = may
	return &changed
}

// Invalid returns a fault of the input: 400 with the code and message.
func Invalid(code, message string) *Error { return NewError(http.StatusBadRequest, code, message) }

// Undecodable is the fault of a delivery that cannot be read: 400 CannotParseRequest.
func Undecodable(message string) *Error { return Invalid("CannotParseRequest", message) }

// TooLarge is the fault of a body past [MaxBody]: 413 PayloadTooLarge.
func TooLarge() *Error {
	return NewError(http.StatusRequestEntityTooLarge, "PayloadTooLarge", fmt.Sprintf("the body is larger than %d bytes", MaxBody))
}

// NotFound is the fault of naming what is not there or not for the caller: 404 NotAuthorizedOrNotFound.
func NotFound(message string) *Error {
	return NewError(http.StatusNotFound, "NotAuthorizedOrNotFound", message)
}

// AsError returns the *Error in err's chain, its message cut to 2,048 bytes, for it may quote input; any other error
// is a fault of this program and becomes a 500 without detail. It returns nil for nil.
func AsError(err error) *Error {
	fault, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return Internal()
	case len(fault.Message) > maxText:
		brief := *fault
		brief.Message = string(wholeRunes([]byte(fault.Message), maxText)) + "…"
		return &brief
	}
	return fault
}

// within is the fault with the place that it was found in.
func (e *Error) within(place string) *Error {
	if e == nil {
		return nil
	}
	placed := *e
	placed.Message = place + ": " + e.Message
	return &placed
}

// Internal is a fault of this program: 500 InternalServerError without detail.
func Internal() *Error {
	return NewError(http.StatusInternalServerError, "InternalServerError", "internal error").Permanent()
}
