package ocitest

import (
	"fmt"
	"net/http"
	"slices"
)

// Call is one request to one of the APIs.
type Call struct {
	Method   string
	Path     string // escaped, as it arrived
	RawQuery string
	Header   http.Header
	Body     []byte // cut off one byte past its limit
	Status   int    // of the answer; 0 if there is none yet or the connection was cut
}

// Calls returns a copy of every request to the APIs so far, refused ones
// included, in order of arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := make([]Call, len(s.calls))
	for i, call := range s.calls {
		calls[i] = *call
		calls[i].Header = call.Header.Clone()
		calls[i].Body = slices.Clone(call.Body)
	}
	return calls
}

// arrived records a request before it is handled. It returns the opc-request-id
// for the answer: the caller's, or a new one.
func (s *Server) arrived(r *http.Request) (call *Call, requestID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call = &Call{
		Method:   r.Method,
		Path:     r.URL.EscapedPath(),
		RawQuery: r.URL.RawQuery,
		Header:   r.Header.Clone(),
	}
	s.calls = append(s.calls, call)
	if id := r.Header.Get("opc-request-id"); id != "" {
		return call, id
	}
	s.requestIDs++
	return call, fmt.Sprintf("%032X", s.requestIDs)
}
