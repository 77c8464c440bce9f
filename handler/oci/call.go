package oci

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"sender-invitations/events"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// Call is one request to an API of OCI, without address and signature.
type Call struct {
	// API is the API's name of the operation, such as CreateSenderInvitation.
	API string
	// Method is the HTTP method. Every method but GET changes something.
	Method string
	// Path is the whole escaped path, including the API's version; Query is the encoded query.
	Path, Query string
	Header      http.Header
	// Body is the JSON body; nil if there is none.
	Body []byte
	// Once is true if only one attempt may be made: the caller wants no retry, or retries by itself.
	Once bool
	// Pace limits the attempts; nil if there is no limit.
	Pace *Pace
	// Doubt returns why an answer that is no error cannot be right; "" if it can. Optional.
	Doubt func(Answer) string
}

// Writes reports whether the call may change anything.
func (c Call) Writes() bool { return c.Method != http.MethodGet }

// LogAttrs returns the parts of the call and of its answer that may be logged: neither the query, which may name people, nor a body.
func (c Call) LogAttrs(got Answer) []slog.Attr {
	return []slog.Attr{
		slog.String("call", c.API), slog.String("method", c.Method), slog.String("path", private.Text(c.Path)),
		slog.Int("status", got.Status), slog.String("opcRequestId", private.Text(got.RequestID())),
	}
}

// Do makes the call, and repeats it while its failure may pass, with up to MAX_ATTEMPTS attempts, within ctx. If OCI answered, Do returns
// the answer, even with an error. The error is an [*events.Error]: the one in OCI's last answer, or the reason why there was no answer. If
// time runs out during a wait or a later attempt, it is the error of the last attempt that ended.
func (a *API) Do(ctx context.Context, watch Observer, call Call) (Answer, error) {
	call.Header = watch.Identify(call.Header)
	retry := Retry{Most: a.client.options.MaxAttempts}
	if call.Once {
		retry.Most = 1
	}
	leave, ok := call.Pace.enter(ctx, retry.Attempt())
	if !ok {
		return Answer{}, NotBegun("OCI takes no more calls in the time that is left")
	}
	got, err := a.attempt(ctx, watch, call, leave)
	for repeatable(got, err) && call.again(ctx, &retry, got) {
		if leave, ok = call.Pace.enter(ctx, retry.Attempt()); !ok {
			break
		}
		unclear := got.Unclear || call.Writes() && !got.Refused()
		logRepeat(ctx, watch, call, retry, got, err)
		again, fault := a.attempt(ctx, watch, call, leave)
		if fault != nil && again.Status == 0 && ctx.Err() != nil {
			got.Unclear = call.Writes()
			return got, maybeDone(err, got.Unclear)
		}
		got, err = again, fault
		got.Unclear = unclear
	}
	return got, maybeDone(err, got.Unclear && (got.Refused() || errors.Is(err, ErrCredentials)))
}

// again begins another attempt of the call, or returns false if none may be made.
func (c Call) again(ctx context.Context, retry *Retry, got Answer) bool {
	if c.Pace.pardons(got) { // the pace makes it wait
		retry.Pardon()
		return ctx.Err() == nil
	}
	return retry.Wait(ctx, got.Header.Get("retry-after"))
}

func logRepeat(ctx context.Context, watch Observer, call Call, retry Retry, got Answer, err error) {
	watch.Tally.countRepeated()
	watch.Log.LogAttrs(ctx, slog.LevelInfo, "call to OCI repeated", append(call.LogAttrs(got), slog.Int("attempt", retry.Attempt()),
		slog.Int64("waitMs", retry.Waited.Milliseconds()), slog.String("errorCode", events.AsError(err).Code))...)
}

// repeatable reports whether the failure may pass while the invocation lasts: 429, 5xx, no answer. Credentials that OCI refused
// twice, or that cannot be read, are left to the next invocation.
func repeatable(got Answer, err error) bool {
	fault := events.AsError(err)
	return fault != nil && fault.Retryable && got.Status != http.StatusUnauthorized && !errors.Is(err, ErrCredentials)
}

// maybeDone returns the error, with a warning if an earlier attempt of a write had no clear answer: a 412, for example, may then be
// caused by that attempt's own change.
func maybeDone(err error, unclear bool) error {
	fault := events.AsError(err)
	if fault == nil || !unclear {
		return err
	}
	told := *fault
	told.Message += "; another attempt of this request had no clear answer and may have taken effect"
	return &told
}

// attempt makes the call once, signed, and calls leave at its end. If OCI answers 401, or if credentials that have signed before no longer
// do, attempt reads the credentials again and makes the call a second time: the platform rotates token and key as two files. Credentials
// that cannot sign are not kept.
func (a *API) attempt(ctx context.Context, watch Observer, call Call, leave func(Answer)) (got Answer, err error) {
	defer func() { leave(got) }()
	for renewed := false; ; renewed = true {
		session, fault := a.client.open(watch.Log)
		if fault != nil {
			return Answer{}, fault
		}
		got, err = a.exchange(ctx, watch, session.endpoints[a], call)
		useless := got.Status == http.StatusUnauthorized
		if errors.Is(err, ErrCredentials) {
			a.client.forget(session)
			useless = session.signed.Load()
		} else {
			session.signed.Store(true)
		}
		if renewed || !useless {
			return got, err
		}
		a.client.forget(session)
	}
}

// exchange sends one request and reads its answer.
//
// It uses the address and the signer of the SDK's client, not the SDK's operations. Those run in a goroutine that outlives a
// cancelled context and races with it, repeat a 401 three times with a second of sleep between, drop fields that the SDK does not
// know, and spend much time on reflection and on debug lines that are dropped.
func (a *API) exchange(ctx context.Context, watch Observer, to *endpoint, call Call) (got Answer, err error) {
	ended := watch.watch(ctx, a.service.Name, call)
	defer func() { ended(got, err) }()
	ctx, cancel := context.WithTimeout(ctx, a.client.options.ReadTimeout)
	defer cancel()
	request, err := call.request(ctx, to)
	if err != nil {
		return Answer{}, events.Invalid("InvalidParameter", "the request has no valid URL")
	}
	if err = to.sign(request); err != nil {
		return Answer{}, unsigned(watch.Log, err)
	}
	got, err = fetch(a.client.HTTP, request)
	switch {
	case err != nil:
		return Answer{}, call.unanswered(ctx, watch.Log, err)
	case got.Status >= 400 && got.Status < 600:
		return got, got.refusal()
	}
	if fault := call.faultIn(got); fault != "" {
		return got, got.Unusable(fault + call.unknownEffect())
	}
	return got, nil
}

// faultIn returns why an answer that is no error cannot be used; "" if it can.
func (c Call) faultIn(got Answer) string {
	switch {
	case got.Status < 200, got.Status > 299, len(got.Body) > maxAnswer, len(got.Body) > 0 && !(json.Valid(got.Body) && IsObject(got.Body)):
		return "OCI gave an answer that this function cannot pass on"
	case strict.CountValues(got.Body) > maxValues:
		return doubted(c.API, fmt.Sprintf("it has more than %d values", maxValues))
	case c.Doubt == nil:
		return ""
	}
	if doubt := c.Doubt(got); doubt != "" {
		return doubted(c.API, doubt)
	}
	return ""
}

// request makes the request, without its signature.
func (c Call) request(ctx context.Context, to *endpoint) (*http.Request, error) {
	target := c.Path
	if c.Query != "" {
		target += "?" + c.Query
	}
	address, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, err
	}
	address.Scheme, address.Host = to.base.Scheme, to.base.Host
	request := (&http.Request{Method: c.Method, URL: address, Header: http.Header{}}).WithContext(ctx)
	for name, values := range c.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	request.Header.Set("Accept", "application/json")
	if c.Writes() {
		request.Header.Set("Content-Type", "application/json") // OCI requires that it is signed, even without a body
	}
	if c.Body != nil {
		// GetBody lets net/http and fetch send the body again if the connection turns out to be closed.
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.Body)), nil }
		request.Body, _ = request.GetBody()
		request.ContentLength = int64(len(c.Body))
	}
	return request, nil
}

// unanswered returns the error of a call without a whole answer. The cause err is an error of the network.
func (c Call) unanswered(ctx context.Context, log *slog.Logger, err error) *events.Error {
	if ctx.Err() != nil {
		return events.NewError(http.StatusGatewayTimeout, "GatewayTimeout", "OCI did not answer in time"+c.unknownEffect())
	}
	log.Warn("no answer from OCI", "reason", Reason(err))
	return BadGateway("the connection to OCI failed" + c.unknownEffect())
}

// unknownEffect returns the warning for a write without a clear answer; "" for a read.
func (c Call) unknownEffect() string {
	if !c.Writes() {
		return ""
	}
	return "; whether the request took effect is not known"
}
