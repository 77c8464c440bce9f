package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"sender-invitations/internal/ocitest"
)

// approve approves a held create as a person would: it delivers the held event to the function as it was published. It fails
// if something was written before, or if another invitation than the held one was made. It returns the result.
func (p *player) approve(ctx context.Context, held result) (result, error) {
	if len(p.stack.oci.Invitations()) > 0 {
		return result{}, errors.New("the create is held, but the emulated OCI has an invitation")
	}
	p.say("No invitation made: the create waits for approval")
	event, ok := p.eventOf(held)
	if !ok {
		return result{}, errors.New("no held event was published for the create")
	}
	p.show("Held event out: "+event.place, []byte(event.event))
	approved, err := p.deliver(ctx, "Answer of the function to the held event, whose delivery is the approval", http.Header{}, []byte(event.event))
	if err != nil || approved.DryRun {
		return approved, err
	}
	if made := p.stack.oci.Invitations(); len(made) != 1 || !isAsked(made[0], event) {
		return result{}, errors.New("the approval did not make exactly the invitation that was held")
	}
	return approved, nil
}

// isAsked reports whether the invitation has what the command of the held event asks for.
func isAsked(made ocitest.Invitation, held publication) bool {
	var event struct {
		Data struct {
			Command json.RawMessage `json:"command"`
		} `json:"data"`
	}
	var asked ocitest.Invitation
	before, _ := json.Marshal(made)
	if json.Unmarshal([]byte(held.event), &event) != nil || json.Unmarshal(before, &asked) != nil ||
		json.Unmarshal(event.Data.Command, &asked) != nil { // replaces fields
		return false
	}
	after, _ := json.Marshal(asked)
	return bytes.Equal(before, after)
}
