package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"os"
	"syscall"
	"testing"
)

// The doctor describes an obstacle in its own words, not in those of net/http.
func TestObstacles(t *testing.T) {
	for _, c := range []struct {
		meets  func(*httptrace.ClientTrace)
		wanted string
	}{
		{func(trace *httptrace.ClientTrace) {
			trace.DNSDone(httptrace.DNSDoneInfo{Err: &net.DNSError{IsNotFound: true}})
		},
			"its name cannot be resolved"},
		{func(trace *httptrace.ClientTrace) {
			trace.ConnectDone("tcp", "", &net.OpError{Err: syscall.ECONNREFUSED})
		}, "the connection is refused"},
		{func(trace *httptrace.ClientTrace) {
			trace.ConnectDone("tcp", "", &net.OpError{Err: os.ErrDeadlineExceeded})
		}, "no connection in time"},
		{func(trace *httptrace.ClientTrace) { trace.ConnectDone("tcp", "", context.Canceled) }, "no connection in time"},
		{func(trace *httptrace.ClientTrace) {
			trace.ConnectDone("tcp", "", &net.OpError{Err: syscall.ENETUNREACH})
		}, "there is no route to it"},
		{func(trace *httptrace.ClientTrace) {
			trace.ConnectDone("tcp", "", nil)
			trace.TLSHandshakeDone(tls.ConnectionState{}, errors.New("EOF"))
		}, "it does not speak TLS"},
	} {
		var w way
		c.meets(w.trace())
		if reached, obstacle := w.end(); reached || obstacle != c.wanted {
			t.Errorf("reached %v, obstacle %q, want %q", reached, obstacle, c.wanted)
		}
	}
}
