package oci

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// maxIdle is the longest that a connection is kept for the next call, by the wall clock. A container is frozen between invocations, and
// its connections may be dropped silently meanwhile. Servers close idle connections after a minute or more.
const maxIdle = 30 * time.Second

// newTransport makes the transport of all calls. It speaks HTTP/1.1, as the SDK's transport does.
func newTransport(options Options) (*http.Transport, *dialer) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Protocols = &http.Protocols{}
	transport.Protocols.SetHTTP1(true)
	d := newDialer(options, &tls.Config{MinVersion: tls.VersionTLS12})
	d.closeIdle = transport.CloseIdleConnections
	transport.DialContext, transport.DialTLSContext = d.orTake(d.connect), d.orTake(d.connectTLS)
	transport.TLSClientConfig = d.tls // for a connection through a proxy
	transport.TLSHandshakeTimeout = options.ConnectTimeout
	transport.IdleConnTimeout = maxIdle
	transport.MaxResponseHeaderBytes = 64 << 10 // Go's default is 10 MB
	transport.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
		if answer.StatusCode != http.StatusOK { // net/http would put the proxy's own text into the error
			return fmt.Errorf("the proxy (HTTPS_PROXY) answers %d", answer.StatusCode)
		}
		return nil
	}
	transport.MaxIdleConnsPerHost = 64 // the largest CONCURRENCY; Go's default is two
	return transport, d
}
