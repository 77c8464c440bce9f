package handler

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sender-invitations/events"
)

// maxHead is the most bytes of a request's method, URL and headers together, as HTTP/1.1 writes them. API Gateway takes 8 KB
// of headers.
const maxHead = 16 << 10

// checkHead refuses a request with too much before its body.
func checkHead(r *http.Request) error {
	size := len(r.Method) + len(r.URL.String())
	for name, values := range r.Header {
		if bare, prefixed := strings.CutPrefix(name, "Fn-Http-H-"); prefixed && slices.Equal(r.Header[bare], values) {
			continue // fdk-go has each header of the caller's twice
		}
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	if size <= maxHead {
		return nil
	}
	return &events.Error{Status: http.StatusRequestHeaderFieldsTooLarge, Code: "RequestHeaderFieldsTooLarge",
		Message: fmt.Sprintf("method, URL and headers are larger than %d bytes together", maxHead)}
}

// handedOn is the value of a header that is handed on: "" if it is unset. The error names one that is too long, or not printable ASCII.
func handedOn(header http.Header, name string) (string, error) {
	value := strings.Join(header.Values(name), ", ")
	if !isHeaderValue(value) {
		return "", events.Invalid("InvalidParameter", fmt.Sprintf("header %s: is longer than %d bytes or has a character that is not printable ASCII",
			name, maxHeaderValue))
	}
	return value, nil
}

// maxHeaderValue is the most bytes of a header that is handed on.
const maxHeaderValue = 1024

// isHeaderValue reports whether value is printable ASCII, and short.
func isHeaderValue(value string) bool {
	return len(value) <= maxHeaderValue && strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
