package ocitest_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"
	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

// An SDK client, with resource-principal credentials, creates an invitation.
func Example() {
	oci := &ocitest.Server{}
	server := httptest.NewServer(oci)
	defer server.Close()

	dir, err := os.MkdirTemp("", "credentials-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	env, err := oci.IssueCredentials(dir)
	if err != nil {
		log.Fatal(err)
	}
	for _, setting := range env {
		name, value, _ := strings.Cut(setting, "=")
		os.Setenv(name, value)
	}
	provider, err := auth.ResourcePrincipalConfigurationProvider()
	if err != nil {
		log.Fatal(err)
	}
	client, err := tenantmanagercontrolplane.NewSenderInvitationClientWithConfigurationProvider(provider)
	if err != nil {
		log.Fatal(err)
	}
	client.Host = server.URL

	created, err := client.CreateSenderInvitation(context.Background(), tenantmanagercontrolplane.CreateSenderInvitationRequest{
		CreateSenderInvitationDetails: tenantmanagercontrolplane.CreateSenderInvitationDetails{
			CompartmentId:      common.String(ocitest.DefaultTenancy),
			RecipientTenancyId: common.String("ocid1.tenancy.oc1..recipient"),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*created.Id, created.LifecycleState, created.Status)
	if err := oci.Accept(*created.Id); err != nil {
		log.Fatal(err)
	}
	fmt.Println(oci.Invitations()[0].Status)
	fmt.Println(oci.Calls()[0].Method, oci.Calls()[0].Path, oci.Calls()[0].Status)
	// Output:
	// ocid1.senderinvitation.oc1..aaaaaaaa00000001 CREATING PENDING
	// ACCEPTED
	// POST /20230401/senderInvitations 200
}
