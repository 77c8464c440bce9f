// Command terraform-provider-oci stands in for the Terraform provider oracle/oci. It accepts the names and types that the
// provider's documentation lists, invents OCIDs, and makes no network calls. With it, Terraform can validate, plan and apply
// the stack in deploy/terraform without the provider's registry and without a tenancy.
//
// The CLI configuration of Terraform names its folder in dev_overrides; see .ci/terraform.
package main

import (
	"errors"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

func main() {
	log.SetFlags(0)
	description, err := described()
	if err != nil {
		log.Fatalf("provider.yaml: %v", err)
	}
	if len(os.Args) == 3 && os.Args[1] == "-compare" {
		if err := errors.Join(compare(description.Resources, os.Args[2]), compare(description.Data, os.Args[2])); err != nil {
			log.Fatal(err)
		}
		return
	}
	provider, err := newProvider(description)
	if err != nil {
		log.Fatalf("provider.yaml: %v", err)
	}
	plugin.Serve(&plugin.ServeOpts{
		ProviderFunc: func() *schema.Provider { return provider },
	})
}
