package handler

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// maxIdle is the longest that a connection is kept for the next call, by the clock on the wall: a container is frozen
// between calls, and its connections may be dropped on the way meanwhile, without a word. Whoever closes one for want of use
// waits for a minute or more.
const maxIdle = 30 * time.Second

// newTransport makes what carries all calls, to both services. It speaks HTTP/1.1, as the SDK's own does.
func newTransport(config Config) (*http.Transport, *dialer) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Protocols = &http.Protocols{}
	transport.Protocols.SetHTTP1(true)
	d := newDialer(config.ConnectTimeout, &tls.Config{MinVersion: tls.VersionTLS12})
	transport.DialContext, transport.DialTLSContext = d.orTake(d.connect), d.orTake(d.connectTLS)
	transport.TLSClientConfig = d.tls // for a connection through a proxy
	transport.TLSHandshakeTimeout = config.ConnectTimeout
	transport.IdleConnTimeout = maxIdle
	transport.MaxResponseHeaderBytes = 64 << 10 // Go takes 10 MB
	transport.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
		if answer.StatusCode != http.StatusOK { // net/http would make the proxy's own words the error
			return fmt.Errorf("the proxy (HTTPS_PROXY) answers %d", answer.StatusCode)
		}
		return nil
	}
	transport.MaxIdleConnsPerHost = 64 // as many as CONCURRENCY can be: Go keeps two
	return transport, d
}
