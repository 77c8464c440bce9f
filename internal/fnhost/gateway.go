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

// headerPrefix marks the headers of the gateway's caller, in the request and in the answer.
const headerPrefix = "Fn-Http-H-"

// maxHeader is the most bytes of a request's headers, a limit of API Gateway.
const maxHeader = 8 << 10

// Gateway returns a handler that calls the function for any method and path as API Gateway does: Fn-Intent is httprequest,
// the URL is path and query exactly as they came, and the caller's headers have the prefix Fn-Http-H-. Mount it where
// nothing cleans paths before it; an http.ServeMux does. The answer is the one that the function gave for HTTP, Content-Type
// and Fn-Http-H-* headers included; a *Failure is answered as {"code", "message"} with its status.
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
		_, _ = w.Write(answer.Body) // fails if the caller has gone or the status has no body; net/http sends none to HEAD
	})
}

// gatewayHeader returns the headers of the call: the gateway's own and those of its caller. The caller's Fn-* headers stay
// behind, so that none can be taken for the gateway's.
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

// httpStatus returns the status that the function chose, 200 if none. API Gateway accepts final statuses only.
func httpStatus(header http.Header) (status int, ok bool) {
	value := header.Get("Fn-Http-Status")
	if value == "" {
		return http.StatusOK, true
	}
	status, err := strconv.Atoi(value)
	return status, err == nil && status >= 200 && status <= 599
}

// copyAnswerHeader adds the headers that the function meant for the gateway's caller. The length is that of the body as it
// is sent.
func copyAnswerHeader(to, answer http.Header) {
	meant := http.Header{}
	for name, values := range answer {
		if name, ok := strings.CutPrefix(name, headerPrefix); ok {
			meant[http.CanonicalHeaderKey(name)] = values
		}
	}
	meant["Content-Type"] = answer["Content-Type"] // nil keeps net/http from guessing one
	delete(meant, "Content-Length")
	for name, values := range endToEnd(meant) {
		to[name] = values
	}
}
