// Package peer holds what the function's peers raw and reference share: the event and the answer.
package peer

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"

	"github.com/fnproject/fdk-go"
)

// Event holds the members of a CloudEvent in JSON that the peers read.
type Event struct {
	Data struct {
		TenancyID string `json:"tenancyId"`
		Company   string `json:"company"`
		Admin     struct {
			Email string `json:"email"`
		} `json:"admin"`
	} `json:"data"`
}

// Invite creates the sender invitation that the event requests, publishes it, and returns it as JSON. It is a handler for
// [fdk.Handle].
type Invite func(context.Context, Event) (invitation []byte, err error)

// Serve answers an event with the invitation. It logs an error and answers with status 500 without a body.
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
