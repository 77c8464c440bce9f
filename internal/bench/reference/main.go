// Command reference is a good sample of a function with the OCI SDK. For an event it creates a sender invitation and publishes
// it, with the SDK's clients and their defaults. It makes the clients before the first invocation. It does not look for
// duplicates, retry or limit anything.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/fnproject/fdk-go"
	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"
	"github.com/oracle/oci-go-sdk/v65/ons"
	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/bench/peer"
)

// function holds the clients, and the tenancy and topic that they use.
type function struct {
	organizations tenantmanagercontrolplane.SenderInvitationClient
	notifications ons.NotificationDataPlaneClient
	tenancy       string
	topic         string
}

func main() {
	f, err := newFunction()
	if err != nil {
		log.Fatal(err)
	}
	fdk.Handle(peer.Invite(f.invite))
}

func newFunction() (*function, error) {
	provider, err := auth.ResourcePrincipalConfigurationProvider()
	if err != nil {
		return nil, err
	}
	tenancy, err := provider.TenancyOCID()
	if err != nil {
		return nil, err
	}
	organizations, err := tenantmanagercontrolplane.NewSenderInvitationClientWithConfigurationProvider(provider)
	if err != nil {
		return nil, err
	}
	notifications, err := ons.NewNotificationDataPlaneClientWithConfigurationProvider(provider)
	if err != nil {
		return nil, err
	}
	organizations.Host = os.Getenv("ORGANIZATIONS_ENDPOINT")
	notifications.Host = os.Getenv("NOTIFICATIONS_ENDPOINT")
	return &function{organizations, notifications, tenancy, os.Getenv("RESULT_TOPIC_OCID")}, nil
}

// invite is a peer.Invite.
func (f *function) invite(ctx context.Context, e peer.Event) ([]byte, error) {
	created, err := f.organizations.CreateSenderInvitation(ctx, tenantmanagercontrolplane.CreateSenderInvitationRequest{
		CreateSenderInvitationDetails: tenantmanagercontrolplane.CreateSenderInvitationDetails{
			CompartmentId:         &f.tenancy,
			RecipientTenancyId:    &e.Data.TenancyID,
			RecipientEmailAddress: &e.Data.Admin.Email,
			DisplayName:           common.String("Invitation for " + e.Data.Company),
			Subjects:              []tenantmanagercontrolplane.InvitationSubjectEnum{tenantmanagercontrolplane.InvitationSubjectLink},
		},
	})
	if err != nil {
		return nil, err
	}
	invitation, err := json.Marshal(created.SenderInvitation)
	if err != nil {
		return nil, err
	}
	_, err = f.notifications.PublishMessage(ctx, ons.PublishMessageRequest{
		TopicId:        &f.topic,
		MessageDetails: ons.MessageDetails{Title: common.String("created"), Body: common.String(string(invitation))},
	})
	return invitation, err
}
