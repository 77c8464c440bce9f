package forward

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// maxHead is the maximum size in bytes of a request's method, URL and headers, as HTTP/1.1 writes them. API Gateway takes 8 KB of headers.
const maxHead = 16 << 10

// CheckHead refuses a request with a method, URL or headers that are too long.
func CheckHead(r *http.Request) error {
	size := len(r.Method) + len(r.URL.String())
	for name, values := range r.Header {
		if bare, prefixed := strings.CutPrefix(name, "Fn-Http-H-"); prefixed && slices.Equal(r.Header[bare], values) {
			continue // fdk-go has each header of the caller under two names
		}
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	if size <= maxHead {
		return nil
	}
	return events.NewError(http.StatusRequestHeaderFieldsTooLarge, "RequestHeaderFieldsTooLarge",
		fmt.Sprintf("method, URL and headers are larger than %d bytes together", maxHead))
}

// HeaderOf returns the value of a header that is passed on; "" if it is unset. The error names a header that is too long, or that is
// not printable ASCII.
func HeaderOf(header http.Header, name string) (string, error) {
	value := strings.Join(header.Values(name), ", ")
	if !command.IsHeaderValue(value) {
		return "", events.Invalid("InvalidParameter", fmt.Sprintf("header %s: is longer than %d bytes or has a character that is not printable ASCII",
			name, command.MaxHeaderValue))
	}
	return value, nil
}
