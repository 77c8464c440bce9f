// Command terraform-provider-oci stands in for the Terraform provider oracle/oci. It accepts the names and types of the
// provider's schemas, invents OCIDs, and makes no network calls. With it, Terraform can validate, plan and apply
// the stack in deploy/terraform without the provider's registry and without a tenancy.
//
// The CLI configuration of Terraform names its folder in dev_overrides; see .ci/terraform. With -compare FOLDER it tells instead how it
// differs from the real provider; see provider.yaml.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

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
		for _, kinds := range []map[string]kind{description.Resources, description.Data} {
			differences, err := compare(kinds, os.Args[2])
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(strings.Join(differences, "\n"))
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
