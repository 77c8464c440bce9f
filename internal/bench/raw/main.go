// Command raw is the practical limit of a warm call of a function in Go, to compare with: on an event it creates a sender
// invitation and publishes it, by net/http and signatures of its own, without the OCI SDK. Clients and keys are made before
// the first invocation, connections are not: it connects, over TLS too, as it first calls. It has nothing else: no look for
// duplicates, no retries, no limits, and credentials that are read once.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/fnproject/fdk-go"
)

// function is what is made once.
type function struct {
	organizations, notifications endpoint
	tenancy                      string
}

// event is what is read of a CloudEvent.
type event struct {
	Data struct {
		TenancyID string `json:"tenancyId"`
		Company   string `json:"company"`
		Admin     struct {
			Email string `json:"email"`
		} `json:"admin"`
	} `json:"data"`
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
	fdk.Handle(f)
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

// Serve answers with the invitation.
func (f *function) Serve(ctx context.Context, in io.Reader, out io.Writer) {
	invitation, err := f.invite(ctx, in)
	if err != nil {
		log.Print(err)
		fdk.WriteStatus(out, http.StatusInternalServerError)
		return
	}
	fdk.SetHeader(out, "Content-Type", "application/json")
	_, _ = out.Write(invitation) // fails only if the caller has gone
}

// invite creates the invitation that the event asks for, publishes it, and returns it as JSON.
func (f *function) invite(ctx context.Context, in io.Reader) ([]byte, error) {
	var e event
	if err := json.NewDecoder(in).Decode(&e); err != nil {
		return nil, err
	}
	invitation, err := f.organizations.post(ctx, details{f.tenancy, e.Data.TenancyID, e.Data.Admin.Email,
		"Invitation for " + e.Data.Company, []string{"LINK"}})
	if err != nil {
		return nil, err
	}
	_, err = f.notifications.post(ctx, message{"created", string(invitation)})
	return invitation, err
}
