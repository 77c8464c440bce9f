// Command raw is a function close to the practical limit of a warm call in Go. For an event it creates a sender invitation and
// publishes it, with net/http and its own signatures instead of the OCI SDK. It makes clients and keys before the first
// invocation, but connects only at its first call, over TLS too. It does not look for duplicates, retry, limit anything or
// reload credentials.
package main

import (
	"context"
	"log"
	"os"

	"github.com/fnproject/fdk-go"

	"sender-invitations/internal/bench/peer"
)

// function holds what is made before the first invocation.
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

// invite is a peer.Invite.
func (f *function) invite(ctx context.Context, e peer.Event) ([]byte, error) {
	invitation, err := f.organizations.post(ctx, details{f.tenancy, e.Data.TenancyID, e.Data.Admin.Email,
		"Invitation for " + e.Data.Company, []string{"LINK"}})
	if err != nil {
		return nil, err
	}
	_, err = f.notifications.post(ctx, message{"created", string(invitation)})
	return invitation, err
}
