package fnhost

import (
	"io"
	"net/http"
	"slices"
	"strings"
)

// Direct returns a handler that turns a POST into a direct invocation, as OCI Events, Notifications, Connector Hub and
// "fn invoke" make it. It passes on the body and the end-to-end headers unchanged, except the caller's Fn-* headers: of these
// it passes on only Fn-Invoke-Type. A detached call is answered like any other.
//
// The answer has status 200, the function's body and Content-Type, Fn-Call-Id and Fn-Fdk-*. A *Failure is answered as
// {"code", "message"} with its status, and with Fn-Call-Id.
func (h *Host) Direct() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			respondFailure(w, &Failure{http.StatusMethodNotAllowed, "MethodNotAllowed", "a function is invoked by POST"})
			return
		}
		header, id := directHeader(r), h.callID(r.Context())
		header.Set("Fn-Call-Id", id)
		w.Header().Set("Fn-Call-Id", id)
		answer, err := h.forward(r, header)
		if err != nil {
			respondFailure(w, err)
			return
		}
		for name, values := range answer.Header {
			if strings.HasPrefix(name, "Fn-Fdk-") {
				w.Header()[name] = values
			}
		}
		w.Header()["Content-Type"] = answer.Header["Content-Type"] // if nil, net/http guesses none
		_, _ = w.Write(answer.Body)                                // fails only if the caller has gone
	})
}

func directHeader(r *http.Request) http.Header {
	header := http.Header{}
	for name, values := range endToEnd(r.Header) {
		if !strings.HasPrefix(name, "Fn-") || name == "Fn-Invoke-Type" {
			header[name] = values
		}
	}
	return header
}

// forward invokes the function with the body of r. It reads one byte past the limit, at which Invoke refuses the body.
func (h *Host) forward(r *http.Request, header http.Header) (Answer, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return Answer{}, &Failure{http.StatusBadRequest, "CannotParseRequest", "the request body cannot be read"}
	}
	return h.Invoke(r.Context(), Call{Header: header, Body: body})
}

// hopByHop lists the headers of a single connection (RFC 9110, section 7.6.1), and Expect, which the HTTP server has handled.
var hopByHop = []string{"Connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// endToEnd returns the headers without those in hopByHop and those that Connection names.
func endToEnd(all http.Header) http.Header {
	header := all.Clone()
	for _, value := range slices.Concat(hopByHop, all["Connection"]) {
		for name := range strings.SplitSeq(value, ",") {
			header.Del(strings.TrimSpace(name))
		}
	}
	return header
}
