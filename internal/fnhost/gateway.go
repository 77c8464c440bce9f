package fnhost

import (
	"cmp"
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// headerPrefix precedes the names of the caller's headers, in the request and in the answer.
const headerPrefix = "Fn-Http-H-"

// maxHeader is API Gateway's limit of a request's headers, in bytes.
const maxHeader = 8 << 10

// Gateway returns a handler that calls the function for any method and path as API Gateway does: Fn-Intent is httprequest,
// the URL is the unchanged path and query, and the caller's headers have the prefix Fn-Http-H-. Do not mount it in an
// http.ServeMux, which cleans paths.
//
// The answer has the status, the Content-Type and the Fn-Http-H-* headers that the function set. A *Failure is answered as
// {"code", "message"} with its status.
func (h *Host) Gateway() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if headerBytes(r) > maxHeader {
			respondFailure(w, &Failure{http.StatusRequestHeaderFieldsTooLarge, "RequestHeaderFieldsTooLarge", "the request headers exceed 8 KB"})
			return
		}
		answer, err := h.forward(r, gatewayHeader(r))
		if err != nil {
			respondFailure(w, err)
			return
		}
		status, ok := httpStatus(answer.Header)
		if !ok {
			respondFailure(w, &Failure{http.StatusBadGateway, codeInvalidResponse, "the function's HTTP status is not valid"})
			return
		}
		copyAnswerHeader(w.Header(), answer.Header)
		w.WriteHeader(status)
		_, _ = w.Write(answer.Body) // fails if the caller has gone or the status allows no body
	})
}

// gatewayHeader returns the headers of the call: the gateway's own and its caller's. It drops the caller's Fn-* headers, which
// could pass for the gateway's.
func gatewayHeader(r *http.Request) http.Header {
	header := http.Header{}
	for name, values := range endToEnd(r.Header) {
		if !strings.HasPrefix(name, "Fn-") {
			header[headerPrefix+name] = values
		}
	}
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		peer = r.RemoteAddr
	}
	forwarded := slices.Concat(r.Header["X-Forwarded-For"], []string{peer})
	header.Set(headerPrefix+"Host", r.Host)
	header.Set(headerPrefix+"X-Forwarded-For", strings.Join(forwarded, ", "))
	header.Set(headerPrefix+"X-Real-Ip", peer)
	header.Set("Fn-Intent", "httprequest")
	header.Set("Fn-Invoke-Type", "sync")
	header.Set("Fn-Http-Method", r.Method)
	header.Set("Fn-Http-Request-Url", r.RequestURI)
	header.Set("Content-Type", cmp.Or(r.Header.Get("Content-Type"), "application/octet-stream"))
	header.Set("Opc-Request-Id", cmp.Or(r.Header.Get("Opc-Request-Id"), "/"+rand.Text()+"/"+rand.Text()))
	return header
}

// headerBytes returns the size of the request's headers as HTTP/1.1 writes them.
func headerBytes(r *http.Request) int {
	const separators = len(": \r\n")
	size := len("Host") + len(r.Host) + separators
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + separators
		}
	}
	return size
}

// httpStatus returns the status that the function set, by default 200. API Gateway accepts only final statuses.
func httpStatus(header http.Header) (status int, ok bool) {
	value := header.Get("Fn-Http-Status")
	if value == "" {
		return http.StatusOK, true
	}
	status, err := strconv.Atoi(value)
	return status, err == nil && status >= 200 && status <= 599
}

// copyAnswerHeader copies the headers that the function set for the gateway's caller. It leaves Content-Length to net/http.
func copyAnswerHeader(to, answer http.Header) {
	meant := http.Header{}
	for name, values := range answer {
		if name, ok := strings.CutPrefix(name, headerPrefix); ok {
			meant[http.CanonicalHeaderKey(name)] = values
		}
	}
	meant["Content-Type"] = answer["Content-Type"] // if nil, net/http guesses none
	delete(meant, "Content-Length")
	for name, values := range endToEnd(meant) {
		to[name] = values
	}
}
