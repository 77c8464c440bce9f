package handler

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/url"
	"time"

	"sender-invitations/events"
)

// Break makes the operation panic, until the function that it returns is called.
func Break(name string) (mend func()) {
	op := commandNamed(name)
	run := op.run
	op.run = func(*invocation, context.Context, Command) (events.Result, error) { panic("secret of " + name) }
	return func() { op.run = run }
}

// Trust makes the handler take certificates of these authorities.
func (h *Handler) Trust(authorities *x509.CertPool) { h.connection.dialer.tls.RootCAs = authorities }

// SetClock sets the clock by which connections are too old, or unused for long.
func (h *Handler) SetClock(now func() time.Time) { h.connection.dialer.now = now }

// KeepIdle sets how long a connection is kept for the next call, and returns how long it was.
func (h *Handler) KeepIdle(longest time.Duration) (before time.Duration) {
	before, h.connection.transport.IdleConnTimeout = h.connection.transport.IdleConnTimeout, longest
	return before
}

// Through lets all calls take a proxy.
func (h *Handler) Through(proxy *url.URL) { h.connection.transport.Proxy = http.ProxyURL(proxy) }

// Begin begins what [Handler.Prepare] does, and does not wait for it.
func (h *Handler) Begin() { h.connection.begin() }

// ReadCredentialsBy replaces how the credentials are read.
func (h *Handler) ReadCredentialsBy(credentials Credentials) { h.connection.credentials = credentials }

// SetTransport replaces the network.
func (h *Handler) SetTransport(network http.RoundTripper) { h.connection.http.Transport = network }

// Sign signs the request of a create, as it would be sent.
func (h *Handler) Sign(body []byte) error {
	made, err := h.connection.open(h.logger)
	if err != nil {
		return err
	}
	op := commandNamed("create")
	outgoing, err := call{operation: op, path: op.pathOf(nil), body: body}.outgoing(context.Background(), made.organizations)
	if err != nil {
		return err
	}
	return made.organizations.sign(outgoing)
}
