# Terraform 1.5 is what Resource Manager runs. The provider: 8.22 is the first version known here whose applications take a
# line format for their logs; up to 9.3, the newest known, a function takes its image as this stack gives it. What comes after 9.3 says that image
# is deprecated, for source_details, and still takes it.
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

# Dynamic groups and policies are made in the home region alone.
provider "oci" {
  alias  = "home"
  region = local.home_region
}
