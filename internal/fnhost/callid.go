package fnhost

import (
	"context"
	"crypto/rand"
)

type callIDKey struct{}

// WithCallID returns a context whose calls have this Fn-Call-Id, unless a call has one itself. It is for a handler around
// [Host.Direct] or [Host.Gateway] that must know the id before the call begins: both drop the caller's Fn-* headers.
func WithCallID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, callIDKey{}, id)
}

// callID returns the Fn-Call-Id for a call without one: that of the context, else a new one.
func (h *Host) callID(ctx context.Context) string {
	if id, given := ctx.Value(callIDKey{}).(string); given {
		return id
	}
	if h.CallID == nil {
		return rand.Text()
	}
	return h.CallID()
}
