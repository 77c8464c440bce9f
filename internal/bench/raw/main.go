// Command raw is the practical limit of a warm call of a function in Go, to compare with: on an event it creates a sender
// invitation and publishes it, by net/http and signatures of its own, without the OCI SDK. Clients and keys are made before
// the first invocation, connections are not: it connects, over TLS too, as it first calls. It has nothing else: no look for
// duplicates, no retries, no limits, and credentials that are read once.
package main

import (
	"context"
	"log"
	"os"

	"github.com/fnproject/fdk-go"

	"sender-invitations/internal/bench/peer"
)

// function is what is made once.
type function struct {
	organizations, notifications endpoint
	tenancy                      string
}

// details is the body of CreateSenderInvitation.
type details struct {
	CompartmentID         string   `json:"compartmentId"`
	RecipientTenancyID    string   `json:"recipientTenancyId"`
	RecipientEmailAddress string   `json:"recipientEmailAddress"`
	DisplayName           string   `json:"displayName"`
	Subjects              []string `json:"subjects"`
}

// message is the body of PublishMessage.
type message struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

func main() {
	f, err := newFunction()
	if err != nil {
		log.Fatal(err)
	}
	fdk.Handle(peer.Invite(f.invite))
}

func newFunction() (*function, error) {
	p, err := readPrincipal()
	if err != nil {
		return nil, err
	}
	organizations, err := newEndpoint(p, os.Getenv("ORGANIZATIONS_ENDPOINT"), "/20230401/senderInvitations")
	if err != nil {
		return nil, err
	}
	notifications, err := newEndpoint(p, os.Getenv("NOTIFICATIONS_ENDPOINT"), "/20181201/topics/"+os.Getenv("RESULT_TOPIC_OCID")+"/messages")
	return &function{organizations, notifications, p.tenancy}, err
}

// invite creates the invitation that the event asks for, publishes it, and returns it as JSON.
func (f *function) invite(ctx context.Context, e peer.Event) ([]byte, error) {
	invitation, err := f.organizations.post(ctx, details{f.tenancy, e.Data.TenancyID, e.Data.Admin.Email,
		"Invitation for " + e.Data.Company, []string{"LINK"}})
	if err != nil {
		return nil, err
	}
	_, err = f.notifications.post(ctx, message{"created", string(invitation)})
	return invitation, err
}
