package handler

import (
	"fmt"
	"runtime/debug"

	"sender-invitations/events/private"
	"sender-invitations/handler/parallel"
)

// logPanic logs a panic with its stack. The deferred function that recovered calls it.
func (i *invocation) logPanic(message string, fault any) {
	stack := string(debug.Stack())
	if elsewhere, ok := fault.(parallel.Panic); ok {
		fault, stack = elsewhere.Value, elsewhere.Stack
	}
	i.watch.Log.Error(message, "panic", private.Text(fmt.Sprint(fault)), "stack", stack)
}
