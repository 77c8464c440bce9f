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

// Invalid is a fault of the input: 400 with the given code and message, not retryable.
func Invalid(code, message string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: code, Message: message}
}

// Undecodable is the fault of a delivery that cannot be read: 400 CannotParseRequest.
func Undecodable(message string) *Error { return Invalid("CannotParseRequest", message) }

// TooLarge is the fault of a body past [MaxBody]: 413 PayloadTooLarge.
func TooLarge() *Error {
	return &Error{Status: http.StatusRequestEntityTooLarge, Code: "PayloadTooLarge",
		Message: fmt.Sprintf("the body is larger than %d bytes", MaxBody)}
}

// NotFound is the fault of naming what is not there or not for the caller: 404 NotAuthorizedOrNotFound.
func NotFound(message string) *Error {
	return &Error{Status: http.StatusNotFound, Code: "NotAuthorizedOrNotFound", Message: message}
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
	return &Error{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: "internal error"}
}
