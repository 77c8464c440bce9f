package handler

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
)

// fetch sends the request and reads the answer whole, but for a byte more than can be handed on. Its error is a
// [*url.Error].
//
// Where it meets a connection that was kept and turns out to be closed, before a byte of the request is on its way, it takes
// another one. net/http does so by itself for a GET, and for a POST unless it sees the end of the connection first: it does
// not know then what this program's connections tell, that nothing was written.
func fetch(client *http.Client, request *http.Request) (answer, error) {
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
		kept = nil // it stays so where there is no other connection
		response, err = client.Do(traced)
	}
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	got := answer{status: response.StatusCode, header: response.Header}
	if got.status < 200 { // a 101 has no end that the request's context could bring about
		return got, nil
	}
	if got.body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1)); err != nil {
		return answer{}, &url.Error{Op: request.Method, URL: request.URL.String(), Err: err}
	}
	return got, nil
}
