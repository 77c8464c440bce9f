package fnhost

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
)

// exchange sends one request to the process and reads the whole answer. alive reports whether the process can take another
// call. It can after status 200, and after 502 and 504, by which a healthy container reports a failed or late call. The error
// is a *Failure.
//
// The request reaches the function at most once. net/http sends a request again if a kept connection is dead and the request
// can be replayed, as one with an Idempotency-Key header can. Hence each call has its own transport and so its own
// connection, and the request has no GetBody. The body is sent chunked, as on OCI.
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

// broken returns the failure of a call without a complete HTTP answer: a time-out if ctx has ended.
func broken(ctx context.Context) *Failure {
	if ctx.Err() != nil {
		return timedOut()
	}
	return executionFailed()
}
