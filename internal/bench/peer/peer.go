// Package peer is what the programs have in common that the function is compared with: the event that they take, and the
// answer. They differ in how they invite.
package peer

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"

	"github.com/fnproject/fdk-go"
)

// Event is what is read of a CloudEvent, in its JSON form.
type Event struct {
	Data struct {
		TenancyID string `json:"tenancyId"`
		Company   string `json:"company"`
		Admin     struct {
			Email string `json:"email"`
		} `json:"admin"`
	} `json:"data"`
}

// Invite creates the sender invitation that the event asks for, publishes it, and returns it as JSON. It is the function, for
// [fdk.Handle].
type Invite func(context.Context, Event) (invitation []byte, err error)

// Serve answers an event with the invitation. An error is logged, and answered by a status without a body.
func (invite Invite) Serve(ctx context.Context, in io.Reader, out io.Writer) {
	var e Event
	err := json.NewDecoder(in).Decode(&e)
	var invitation []byte
	if err == nil {
		invitation, err = invite(ctx, e)
	}
	if err != nil {
		log.Print(err)
		fdk.WriteStatus(out, http.StatusInternalServerError)
		return
	}
	fdk.SetHeader(out, "Content-Type", "application/json")
	_, _ = out.Write(invitation) // fails only if the caller has gone
}
