package console

import (
	"io"
	"net/http"
	"time"
)

// exchange is a request and its answer, as they pass through a handler.
type exchange struct {
	request, answer capture
	status          int
	began           time.Time
	cut             bool // there was no answer
	whole           bool // the request was read to the end
}

// pass lets a handler answer a request and watches: it changes nothing of what passes, and reads nothing ahead. When the handler has read
// the whole body, received is called. ended is called at the end, also if the handler cuts the connection.
func pass(next http.Handler, w http.ResponseWriter, r *http.Request, received, ended func(*exchange)) {
	e := &exchange{began: time.Now(), cut: true}
	defer func() { ended(e) }() // a panic of the handler goes on
	if r.Body != nil {
		body := &watchedBody{r.Body, e, received}
		r = r.WithContext(r.Context()) // a copy
		r.Body = body
	}
	next.ServeHTTP(&watchedWriter{w, e, r.Method == http.MethodHead}, r)
	e.cut = false
	if e.status == 0 {
		e.status = http.StatusOK
	}
}

type watchedBody struct {
	io.ReadCloser
	seen     *exchange
	received func(*exchange) // nil after the end
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.seen.request.Write(p[:n])
	if err == io.EOF && b.received != nil {
		b.seen.whole = true
		b.received(b.seen)
		b.received = nil
	}
	return n, err
}

type watchedWriter struct {
	http.ResponseWriter
	seen   *exchange
	isHead bool // what is written stays behind
}

func (w *watchedWriter) WriteHeader(status int) {
	if w.seen.status < 200 { // the first final status counts
		w.seen.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.seen.status < 200 {
		w.seen.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	if !w.isHead {
		w.seen.answer.Write(p[:n]) // nothing, if the status allows no body
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
