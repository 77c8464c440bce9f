package ocitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// answer is a whole response. It is complete before its first byte is written,
// so that it can be dropped, or stored and repeated.
type answer struct {
	status int
	header map[string]string // a header that is "" is removed
	body   []byte            // JSON or empty; any text for a Fault with a Body
}

// ok returns an answer of status 200 with a JSON body.
func ok(body any, header map[string]string) (answer, error) {
	return answer{http.StatusOK, header, encode(body)}, nil
}

func (a answer) write(w http.ResponseWriter) {
	for name, value := range a.header {
		w.Header().Set(name, value)
		if value == "" {
			w.Header().Del(name)
		}
	}
	switch {
	case json.Valid(a.body):
		w.Header().Set("content-type", "application/json")
	case len(a.body) > 0:
		w.Header().Set("content-type", "text/html")
	}
	w.WriteHeader(a.status)
	w.Write(a.body) // fails only if the client is gone
}

// apiError is an error response of the API.
type apiError struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

// fail returns an apiError.
func fail(status int, code, format string, args ...any) error {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

func missing(name string) error {
	return fail(http.StatusBadRequest, "MissingParameter", "%s is required", name)
}

func invalid(format string, args ...any) error {
	return fail(http.StatusBadRequest, "InvalidParameter", format, args...)
}

func notFound(kind, id string) error {
	return fail(http.StatusNotFound, "NotAuthorizedOrNotFound", "no %s %q", kind, id)
}

func tooLarge(most int) error {
	return fail(http.StatusRequestEntityTooLarge, "PayloadTooLarge", "the request body exceeds %d bytes", most)
}

// tooMany is the code of a request or an entry past a limit.
const tooMany = "TooManyRequests"

func tooManyRequests(kind, id string) error {
	return fail(http.StatusTooManyRequests, tooMany, "the %s %q is at its limit", kind, id)
}

func errorAnswer(err error) answer {
	e := asAPIError(err)
	return answer{status: e.status, body: encode(e)}
}

// asAPIError returns the error as the API shows it.
func asAPIError(err error) *apiError {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{http.StatusInternalServerError, "InternalServerError", err.Error()}
	}
	return e
}

// encode returns v as compact JSON in which < and & are not escaped.
func encode(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // only values of this package's own types get here
	}
	return bytes.TrimSpace(b.Bytes())
}

// object is the JSON object of a request. Its member names are case-sensitive,
// which decoding into a struct would ignore.
type object map[string]json.RawMessage

func parseObject(body []byte) (object, error) {
	var o object
	err := json.Unmarshal(body, &o)
	if err != nil || o == nil {
		return nil, fail(http.StatusBadRequest, "CannotParseRequest", "the body must be one JSON object")
	}
	return o, nil
}

// member pairs the name of an object's member with a pointer to its destination.
type member struct {
	name string
	into any
}

// read decodes the members that are present and not null.
func (o object) read(members ...member) error {
	for _, m := range members {
		if o.has(m.name) && json.Unmarshal(o[m.name], m.into) != nil {
			return invalid("%s has the wrong type", m.name)
		}
	}
	return nil
}

// has reports whether a member is present and not null.
func (o object) has(name string) bool {
	return o[name] != nil && string(o[name]) != "null"
}

// Time is a time that JSON shows as the API does: in UTC, with milliseconds.
type Time struct{ time.Time }

// MarshalJSON writes the time as in "2026-01-02T15:04:05.678Z".
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}
