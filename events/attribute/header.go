package attribute

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sender-invitations/events/private"
)

// HeaderPrefix is the prefix of the headers that hold attributes in binary mode
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#313-metadata-headers).
const HeaderPrefix = "ce-"

// InHeaders reports whether a header is an attribute of CloudEvents in binary mode.
func InHeaders(header http.Header) bool {
	for key := range header {
		if strings.HasPrefix(strings.ToLower(key), HeaderPrefix) {
			return true
		}
	}
	return false
}

// The content types of CloudEvents in JSON: an event in structured mode, and a batch of events.
const (
	EventType = structured + "+json"
	BatchType = structured + "-batch+json"

	structured = "application/cloudevents"
)

// StructuredType returns [EventType] or [BatchType] if a content type is that of CloudEvents, in whatever format; "" if none is. A proxy may
// have joined several, or quoted one.
func StructuredType(header http.Header) string {
	_, rest, found := strings.Cut(strings.ToLower(strings.Join(header.Values("Content-Type"), ",")), structured)
	switch {
	case !found:
		return ""
	case strings.HasPrefix(rest, "-batch"):
		return BatchType
	}
	return EventType
}

// OfHeaders returns the attributes in the headers. It returns all of them also on an error, so that the record holds the
// whole event.
func OfHeaders(header http.Header) (map[string]string, error) {
	found := map[string]string{}
	var fault error
	for _, key := range slices.Sorted(maps.Keys(header)) {
		name, isAttribute := strings.CutPrefix(strings.ToLower(key), HeaderPrefix)
		if !isAttribute {
			continue
		}
		value, err := ofHeader(name, header[key])
		if err != nil {
			fault = cmp.Or(fault, fmt.Errorf("header %s%s: %w", HeaderPrefix, private.Shorten(name), err))
			name, value = HeaderPrefix+name, strings.Join(header[key], ", ") // not an attribute name: a replay fails too
		}
		found[name] = value
	}
	return found, fault
}

// ofHeader returns the value of an attribute's header, unquoted and then percent-decoded (section 3.1.3.2).
func ofHeader(name string, values []string) (string, error) {
	switch {
	case name == Data, name == DataBase64, name == DataEncoding, name == "datacontenttype":
		return "", errors.New("cannot be set by a header")
	case len(values) != 1:
		return "", errors.New("is set more than once")
	}
	value := strings.Trim(values[0], " \t")
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = unescape(value[1 : len(value)-1])
	}
	decoded, err := url.PathUnescape(value)
	switch {
	case err != nil:
		return "", errors.New("has a % without two hexadecimal digits after it")
	case !utf8.ValidString(decoded):
		return "", errors.New("is not UTF-8")
	case name == "source" && !IsReference(decoded) && IsReference(value):
		return value, nil // SDKs send a URI as it is
	}
	return decoded, nil
}

// unescape removes the backslashes of a quoted string (RFC 9110, section 5.6.4).
func unescape(quoted string) string {
	var text strings.Builder
	for index := 0; index < len(quoted); index++ {
		if quoted[index] == '\\' && index+1 < len(quoted) {
			index++
		}
		text.WriteByte(quoted[index])
	}
	return text.String()
}
