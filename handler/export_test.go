package handler

import (
	"context"

	"sender-invitations/events"
)

// Break makes the operation panic, until the function that it returns is called.
func Break(name string) (mend func()) {
	op := commandNamed(name)
	run := op.run
	op.run = func(*invocation, context.Context, Command) (events.Result, error) { panic("secret of " + name) }
	return func() { op.run = run }
}
