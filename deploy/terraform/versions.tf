# Resource Manager runs Terraform 1.5. Version 8.22 of the provider is the first whose Events rules take an action; older ones take
# the block by another name, which is deprecated since. Version 9.4, the newest known, deprecates a function's image in favour of
# source_details and still accepts it. Version 10 is not known.
terraform {
  required_version = ">= 1.5.0"

  required_providers {
    oci = {
      source  = "oracle/oci"
      version = ">= 8.22.0, < 10.0.0"
    }
  }
}

provider "oci" {
  region = var.region
}

# Dynamic groups and policies are made only in the home region.
provider "oci" {
  alias  = "home"
  region = local.home_region
}
