// Command terraform-provider-oci stands in for the Terraform provider oracle/oci: it takes the names and types that the
// provider's documentation lists, invents OCIDs, and reaches nothing. So the stack in deploy/terraform can be validated,
// planned and applied by Terraform itself without the provider's registry and without a tenancy.
//
// Terraform starts it where its CLI configuration names its folder in dev_overrides; see .ci/terraform.
package main

import (
	"log"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

func main() {
	log.SetFlags(0)
	provider, err := newProvider(description)
	if err != nil {
		log.Fatalf("provider.yaml: %v", err)
	}
	plugin.Serve(&plugin.ServeOpts{
		ProviderFunc: func() *schema.Provider { return provider },
	})
}
