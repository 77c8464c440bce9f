package handler

import (
	"context"
	"crypto/rand"
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
	places  *places
	metrics *metrics
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
	return &invocation{Handler: h, callID: id, started: time.Now(), places: &places{}, metrics: &metrics{},
		observer: observer{log: log, tally: &tally{}, trace: startTrace(ctx, log, door, id)}}
}

// usualTimeout is the invocation's deadline where the platform names none: the default of OCI Functions.
const usualTimeout = 30 * time.Second

// leastTime is what an attempt needs to have a chance.
const leastTime = 300 * time.Millisecond

// deadlines returns two contexts. That for the work ends before the invocation by the smaller of a second and a quarter of
// the time left, so that the result of work that runs out of time can still be published. That for publishing leaves a
// quarter of this reserve for the answer.
//
// Fn-Deadline is cut to the second, so up to a second is left where it has passed: enough for one attempt. A caller who goes
// away ends nothing: what was begun for him is carried through, and its result published.
func deadlines(parent context.Context) (work, publishing context.Context, cancel context.CancelFunc) {
	deadline, ok := parent.Deadline()
	switch {
	case !ok:
		deadline = time.Now().Add(usualTimeout)
	case time.Until(deadline) < leastTime:
		deadline = time.Now().Add(2 * leastTime)
	}
	parent = context.WithoutCancel(parent)
	reserve := min(time.Second, time.Until(deadline)/4)
	publishing, cancelPublishing := context.WithDeadline(parent, deadline.Add(-reserve/4))
	work, cancelWork := context.WithDeadline(publishing, deadline.Add(-reserve))
	return work, publishing, func() { cancelWork(); cancelPublishing() }
}

// execute makes a call to Organizations, if the guardrails permit it. Every write of either door passes here, and none goes
// out in dry-run.
func (i *invocation) execute(ctx context.Context, request call) (answer, error) {
	request.service = organizations
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
	if got.refused() {
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
