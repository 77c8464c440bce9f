package invitations

import (
	"context"
	"fmt"
	"sync"

	"sender-invitations/events"
	"sender-invitations/handler/command"
)

// permit checks whether a write may be sent. A create takes one of the places that MAX_PENDING leaves; the caller must call release if no
// invitation was made. The error is 403 NotAllowed and names the setting, or tells why the places cannot be counted.
func (r run) permit(ctx context.Context, request Request) (release func(), err error) {
	if request.Operation != command.Create {
		return func() {}, nil
	}
	if err := r.options.Guardrails.CheckCreate(request.Body); err != nil {
		return nil, err
	}
	return r.takePlace(ctx, request)
}

// pending counts the PENDING invitations for one invocation: those that a list shows before its first create, and those that its creates
// have made since, which a list may not show yet.
type pending struct {
	mu     sync.Mutex // held during the list, so that there is only one
	listed bool
	count  int
}

// takePlace takes a place for one more PENDING invitation.
func (r run) takePlace(ctx context.Context, request Request) (release func(), err error) {
	if r.options.Guardrails.MaxPending == 0 {
		return func() {}, nil
	}
	p := r.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.listed {
		if p.count, err = r.countPending(ctx, request); err != nil {
			return nil, events.AsError(err).Within("create: MAX_PENDING: the PENDING invitations cannot be counted")
		}
		p.listed = true
	}
	if p.count >= r.options.Guardrails.MaxPending {
		return nil, command.Create.NotAllowed(fmt.Sprintf("the tenancy has %d PENDING invitations, and MAX_PENDING is %d", p.count, r.options.Guardrails.MaxPending))
	}
	p.count++
	return p.release, nil
}

// release gives a place back.
func (p *pending) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count--
}

// countPending counts the PENDING invitations of the sender tenancy.
func (r run) countPending(ctx context.Context, request Request) (count int, err error) {
	list := command.Command{Operation: command.List, Status: "PENDING", OpcRequestID: request.Header.Get("opc-request-id")}
	if request.Once {
		list.Retry = "none"
	}
	for one, err := range r.all(ctx, list) {
		if err != nil {
			return 0, err
		}
		if one.live() {
			count++
		}
	}
	return count, nil
}
