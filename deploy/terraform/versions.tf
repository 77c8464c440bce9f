# Terraform 1.5 is what Resource Manager runs. The provider: 8.22 is the first version known here whose applications take a
# line format for their logs; a function takes its image as this stack gives it up to 9.4, the newest known, where image is
# deprecated for source_details and works on. What 10 will take, nobody knows.
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
