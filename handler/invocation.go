package handler

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// invocation is one call of the function: what both doors share while it lasts. A record of a list is worked on with a copy.
type invocation struct {
	*Handler
	observer
	callID  string
	started time.Time
	// workBy is when the work must be done, publishBy when its results must be published.
	workBy, publishBy time.Time
	places            *places
	metrics           *metrics
	// pace and look are what the records of a list have in common; nil where there is but one to carry out.
	pace *pace
	look *look
}

type callIDKey struct{}

// WithCallID returns a context that carries the platform's id of the invocation, for [Handler.Direct] and
// [Handler.HTTP].
func WithCallID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, callIDKey{}, id)
}

// The doors, as log and trace name them.
const (
	directDoor  = "direct"
	gatewayDoor = "gateway"
)

func (h *Handler) invocation(ctx context.Context, door string) *invocation {
	id, _ := ctx.Value(callIDKey{}).(string)
	if id == "" {
		id = rand.Text() // a record without an id of its own needs one
	}
	log := h.logger.With("callId", id, "coldStart", !h.warm.Swap(true), "door", door)
	work, publish := deadlines(ctx)
	return &invocation{Handler: h, callID: id, started: time.Now(), workBy: work, publishBy: publish, places: &places{}, metrics: &metrics{},
		observer: observer{log: log, tally: &tally{}, trace: startTrace(ctx, log, door, id)}}
}

// usualTimeout is the invocation's deadline where the platform names none: the default of OCI Functions.
const usualTimeout = 30 * time.Second

// leastTime is what an attempt needs to have a chance.
const leastTime = 300 * time.Millisecond

// deadlines returns by when an invocation must have done its work: before its end by the smaller of a second and a quarter
// of the time left, so that the result of work that runs out of time can still be published; and by when it must have
// published, which leaves a quarter of this reserve for the answer.
//
// Fn-Deadline is cut to the second, so up to a second is left where it has passed: enough for one attempt.
func deadlines(ctx context.Context) (work, publish time.Time) {
	deadline, ok := ctx.Deadline()
	switch {
	case !ok:
		deadline = time.Now().Add(usualTimeout)
	case time.Until(deadline) < leastTime:
		deadline = time.Now().Add(2 * leastTime)
	}
	reserve := min(time.Second, time.Until(deadline)/4)
	return deadline.Add(-reserve), deadline.Add(-reserve / 4)
}

// contexts are those of the work and of publishing. A caller who goes away ends nothing: what was begun for him is carried
// through, and its result published.
func (i *invocation) contexts(parent context.Context) (work, publishing context.Context, cancel context.CancelFunc) {
	publishing, cancelPublishing := context.WithDeadline(context.WithoutCancel(parent), i.publishBy)
	work, cancelWork := context.WithDeadline(publishing, i.workBy)
	return work, publishing, func() { cancelWork(); cancelPublishing() }
}

// execute makes a call to Organizations, if the guardrails permit it. Every write of either door passes here, and none goes
// out in dry-run.
func (i *invocation) execute(ctx context.Context, request call) (answer, error) {
	request.service, request.pace = organizations, i.pace
	request.header = withRequestID(request.header, i.callID)
	if !request.writes() {
		return i.connection.send(ctx, i.observer, request)
	}
	release, err := i.permit(ctx, request)
	if err != nil {
		return answer{}, err
	}
	if i.dryRun() {
		i.log.LogAttrs(ctx, slog.LevelInfo, "write withheld: MODE=dry-run", request.attributes(answer{})...)
		return i.rehearse(ctx, request)
	}
	started, own := time.Now(), i.apart()
	got, err := i.connection.send(ctx, own, request)
	neverSent := own.tally.attempted() == 0 || errors.Is(err, errCredentials)
	if (neverSent || got.refused()) && !got.unclear {
		release()
	}
	i.log.LogAttrs(ctx, slog.LevelInfo, "write to Organizations", slices.Concat(request.attributes(got), faultAttributes(err),
		[]slog.Attr{slog.Int64("attempts", own.tally.attempts.Load()), milliseconds(time.Since(started))})...)
	return got, err
}

// dryRun reports whether nothing is to be written to Organizations.
func (i *invocation) dryRun() bool { return i.config.Mode == ModeDryRun }

// withRequestID sets the opc-request-id of a call, so that it can be found in Oracle's logs as in ours: the caller's,
// else the call id.
func withRequestID(header http.Header, callID string) http.Header {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("opc-request-id") == "" && isHeaderValue(callID) {
		header.Set("opc-request-id", callID)
	}
	return header
}

// sender is the OCID of the sender tenancy.
func (i *invocation) sender() (string, error) {
	clients, err := i.connection.open(i.log)
	if err != nil {
		return "", err
	}
	return clients.tenancy, nil
}
