package oci

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
)

// fetch sends the request and reads the whole answer, at most one byte more than maxAnswer. Its error is a [*url.Error].
//
// If a kept connection turns out to be closed before a byte of the request was written, fetch takes another one. net/http does so for
// a GET, and for a POST unless it sees the end of the connection first: it cannot know then that nothing was written, while a
// checkedConn can.
func fetch(client *http.Client, request *http.Request) (Answer, error) {
	var kept *checkedConn // nil: a new connection
	var written int64
	traced := request.WithContext(httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		kept = nil
		if got.Reused {
			kept = carrierOf(got.Conn)
			written = kept.written.Load()
		}
	}}))
	response, err := client.Do(traced)
	for err != nil && kept != nil && kept.written.Load() == written && request.Context().Err() == nil {
		if request.GetBody != nil {
			traced.Body, _ = request.GetBody()
		}
		kept = nil // it stays nil if no other connection is made
		response, err = client.Do(traced)
	}
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	got := Answer{Status: response.StatusCode, Header: response.Header}
	if got.Status < 200 { // the body of a 101 does not end with the request's context
		return got, nil
	}
	if got.Body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1)); err != nil {
		return Answer{}, &url.Error{Op: request.Method, URL: request.URL.String(), Err: err}
	}
	return got, nil
}
