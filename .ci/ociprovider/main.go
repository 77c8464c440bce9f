// Command terraform-provider-oci stands in for the Terraform provider oracle/oci. It accepts the names and types that the
// provider's documentation lists, invents OCIDs, and makes no network calls. With it, Terraform can validate, plan and apply
// the stack in deploy/terraform without the provider's registry and without a tenancy.
//
// The CLI configuration of Terraform names its folder in dev_overrides; see .ci/terraform.
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
