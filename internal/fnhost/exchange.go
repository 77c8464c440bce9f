package fnhost

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
)

// exchange sends one request to the process and reads the whole answer. alive tells whether the process may take another
// call: after an answer of status 200, and after 502 and 504, by which a container reports a failed or late call while it
// is well itself. The error is a *Failure.
//
// The request reaches the function at most once. net/http would send a request again if a kept connection turned out to
// be dead and the request could be replayed, which one with an Idempotency-Key header can. Here each call has a transport,
// and so a connection, of its own, and the request has no GetBody. The body goes out chunked, as on OCI.
func (p *process) exchange(ctx context.Context, header http.Header, body []byte) (answer Answer, alive bool, err error) {
	transport := &http.Transport{DialContext: p.dial, DisableCompression: true}
	defer transport.CloseIdleConnections()
	req := &http.Request{
		Method:        http.MethodPost,
		URL:           &url.URL{Scheme: "http", Host: "localhost", Path: "/invoke"},
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: -1,
	}
	resp, err := transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return Answer{}, false, broken(ctx)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return Answer{}, false, broken(ctx)
	case len(content) > maxBody:
		return Answer{}, false, &Failure{http.StatusBadGateway, codeResponseTooLarge, "the response body exceeds 6 MB"}
	case resp.StatusCode == http.StatusGatewayTimeout:
		return Answer{}, true, timedOut()
	case resp.StatusCode != http.StatusOK:
		return Answer{}, resp.StatusCode == http.StatusBadGateway, executionFailed()
	}
	return Answer{Header: resp.Header, Body: content, CallID: header.Get("Fn-Call-Id")}, true, nil
}

func (p *process) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", p.socket)
}

// broken tells an answer that did not come in time from one that was cut or is not HTTP.
func broken(ctx context.Context) *Failure {
	if ctx.Err() != nil {
		return timedOut()
	}
	return executionFailed()
}
