package handler

import (
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"sender-invitations/handler/oci"
	"sender-invitations/handler/settings"
)

// NewAt is like [New], with a clock for the age of connections.
func NewAt(config settings.Config, credentials oci.Credentials, version string, log *slog.Logger, now func() time.Time) *Handler {
	options := clientOptions(config)
	options.Now = now
	return newHandler(config, oci.New(options, credentials), version, log)
}

// LibraryLog returns the writer that takes the lines of package log.
func LibraryLog(logger *slog.Logger) io.Writer { return libraries{logger} }

func (h *Handler) transport() *http.Transport { return h.client.HTTP.Transport.(*http.Transport) }

// Trust makes the handler accept certificates of the authorities.
func (h *Handler) Trust(authorities *x509.CertPool) {
	h.transport().TLSClientConfig.RootCAs = authorities
}

// KeepIdle sets how long a connection is kept for the next call, and returns how long it was.
func (h *Handler) KeepIdle(longest time.Duration) (before time.Duration) {
	before, h.transport().IdleConnTimeout = h.transport().IdleConnTimeout, longest
	return before
}

// Through makes all calls go through the proxy.
func (h *Handler) Through(proxy *url.URL) { h.transport().Proxy = http.ProxyURL(proxy) }

// SetTransport replaces the network.
func (h *Handler) SetTransport(network http.RoundTripper) { h.client.HTTP.Transport = network }

// Network returns the network.
func (h *Handler) Network() http.RoundTripper { return h.client.HTTP.Transport }
