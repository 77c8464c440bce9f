package handler

import (
	"fmt"

	"sender-invitations/handler/command"
)

// checkNamed checks that a delivery may ask for the operation by name. The error is 403 NotAllowed. At the HTTP door reads have routes of
// their own, which a gateway may protect in another way than /events.
func (i *invocation) checkNamed(op *command.Operation) error {
	switch {
	case i.door == gatewayDoor && !op.Writes():
		return op.NotAllowed(fmt.Sprintf("POST /events does not serve it; send %s %s", op.Method, command.BasePath+op.Path))
	case !i.config.Allows(op):
		return op.NotAllowed("COMMANDS does not list this operation, so a delivery cannot ask for it by name; add it to COMMANDS, or use a rule")
	}
	return nil
}
