package handler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"sender-invitations/events"
)

// call is one request to an OCI API, as it goes over the wire but for address and signature.
type call struct {
	operation *operation
	service   service
	path      string // escaped, with the API's base path
	rawQuery  string
	header    http.Header
	body      []byte // nil: none
	once      bool   // whoever asked for it does not want it repeated, or repeats it himself
	pace      *pace  // that its attempts keep; nil: none
}

func (request call) writes() bool { return request.operation.writes() }

// attributes are what may be logged of a call and its answer: not the query, which may name people, and no body.
func (request call) attributes(got answer) []slog.Attr {
	return []slog.Attr{
		slog.String("call", request.operation.api), slog.String("method", request.operation.method), slog.String("path", events.Private(request.path)),
		slog.Int("status", got.status), slog.String("opcRequestId", events.Private(got.header.Get("opc-request-id"))),
	}
}

// service is one of OCI's APIs.
type service struct {
	name   string
	client func(*clients) *client
}

var (
	organizations = service{"organizations", func(c *clients) *client { return c.organizations }}
	notifications = service{"notifications", func(c *clients) *client { return c.notifications }}
)

// attempt makes the call, signed, and after a 401 a second time with credentials read anew: the platform rotates token and
// key as two files. Its error is an [*events.Error]: the API's own code and message, or what kept it from answering.
func (c *connection) attempt(ctx context.Context, o observer, request call) (answer, error) {
	for rebuilt := false; ; rebuilt = true {
		clients, err := c.open(o.log)
		if err != nil {
			return answer{}, err
		}
		got, err := c.exchange(ctx, o, request.service.client(clients), request)
		if got.status != http.StatusUnauthorized || rebuilt {
			return got, err
		}
		c.forget(clients)
	}
}

// exchange sends one request and reads its answer.
//
// Of the SDK it uses endpoint and signer, and not the SDK's operations, because those pass every call through common.Retry,
// whose goroutine outlives (and races with) a cancelled context, and repeat a 401 three times with a second of sleep
// between; because the answer must pass whole, with fields that the SDK does not know; and because a good part of the time
// beside the signature would go into requests taken apart and debug lines that nobody reads.
func (c *connection) exchange(ctx context.Context, o observer, to *client, request call) (got answer, err error) {
	ended := o.watch(ctx, request)
	defer func() { ended(got, err) }()
	ctx, cancel := context.WithTimeout(ctx, c.config.ReadTimeout)
	defer cancel()
	outgoing, err := request.outgoing(ctx, to)
	if err != nil {
		return answer{}, events.Invalid("InvalidParameter", "the request has no valid URL")
	}
	if err = to.sign(outgoing); err == nil {
		got, err = fetch(c.http, outgoing)
	}
	switch {
	case err != nil:
		return answer{}, request.unanswered(ctx, o.log, err)
	case got.status >= 400 && got.status < 600:
		return got, refusal(got)
	case got.status < 200, got.status > 299, len(got.body) > maxAnswer, len(got.body) > 0 && !(json.Valid(got.body) && isObject(got.body)):
		return got, got.unusable("OCI gave an answer that this function cannot hand on" + request.unknownEffect())
	}
	return got, nil
}

// outgoing is the request as it is signed and sent.
func (request call) outgoing(ctx context.Context, to *client) (*http.Request, error) {
	target := request.path
	if request.rawQuery != "" {
		target += "?" + request.rawQuery
	}
	address, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, err
	}
	address.Scheme, address.Host = to.base.Scheme, to.base.Host
	outgoing := (&http.Request{Method: request.operation.method, URL: address, Header: http.Header{}}).WithContext(ctx)
	for name, values := range request.header {
		outgoing.Header[http.CanonicalHeaderKey(name)] = values
	}
	outgoing.Header.Set("Accept", "application/json")
	if request.writes() {
		outgoing.Header.Set("Content-Type", "application/json") // OCI wants it signed, body or no body
	}
	if request.body != nil {
		// GetBody lets net/http, and fetch, send it where a connection that was kept had died before anything was sent on
		// it.
		outgoing.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(request.body)), nil }
		outgoing.Body, _ = outgoing.GetBody()
		outgoing.ContentLength = int64(len(request.body))
	}
	return outgoing, nil
}

// sign dates and signs the request (https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm). Its error is
// that of reading the key or the token.
func (to *client) sign(outgoing *http.Request) error {
	outgoing.Header.Set("User-Agent", to.UserAgent)
	outgoing.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if to.Interceptor != nil { // adds a delegation token, if the credentials have one
		if err := to.Interceptor(outgoing); err != nil {
			return err
		}
	}
	return to.Signer.Sign(outgoing)
}

// unanswered is the error of a call without an answer, or without a whole one: of the network, or of the signer, which reads
// key and token anew as they expire.
func (request call) unanswered(ctx context.Context, log *slog.Logger, err error) *events.Error {
	_, overNetwork := errors.AsType[*url.Error](err)
	switch {
	case !overNetwork:
		log.Error("request cannot be signed", "reason", reason(err))
		return errCredentials
	case ctx.Err() != nil:
		return &events.Error{Status: http.StatusGatewayTimeout, Code: "GatewayTimeout",
			Message: "OCI did not answer in time" + request.unknownEffect(), Retryable: true}
	}
	log.Warn("no answer from OCI", "reason", reason(err))
	return badGateway("the connection to OCI failed" + request.unknownEffect())
}

// unknownEffect is what is to be said of a write without a clear answer.
func (request call) unknownEffect() string {
	if !request.writes() {
		return ""
	}
	return "; whether the request took effect is not known"
}

func badGateway(message string) *events.Error {
	return &events.Error{Status: http.StatusBadGateway, Code: "BadGateway", Message: message, Retryable: true}
}
