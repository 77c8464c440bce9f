package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
	"syscall"
)

// way records how far a call to a service came. net/http connects in goroutines of its own, which may outlast the call.
type way struct {
	mu       sync.Mutex
	reached  bool
	obstacle string
}

func (w *way) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSDone:          func(info httptrace.DNSDoneInfo) { w.met(info.Err, "its name cannot be resolved") },
		ConnectDone:      func(_, _ string, err error) { w.met(err, connectFault(err)) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { w.met(err, tlsFault(err)) },
		GotConn:          func(httptrace.GotConnInfo) { w.arrived() },
	}
}

func (w *way) met(err error, obstacle string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.obstacle = obstacle
	}
}

func (w *way) arrived() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reached = true
}

func (w *way) end() (reached bool, obstacle string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reached, w.obstacle
}

func connectFault(err error) string {
	network, isNetwork := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case errors.Is(err, context.Canceled), isNetwork && network.Timeout():
		return "no connection in time"
	}
	return "there is no route to it"
}

func tlsFault(err error) string {
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return "its certificate is not trusted"
	}
	return "it does not speak TLS"
}
