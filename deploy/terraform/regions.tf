data "oci_identity_region_subscriptions" "all" {
  tenancy_id = var.tenancy_ocid
}

locals {
  subscriptions = data.oci_identity_region_subscriptions.all.region_subscriptions
  home_region   = one([for s in local.subscriptions : s.region_name if s.is_home_region])

  # The names of this region's registry: iad.ocir.io is also us-ashburn-1.ocir.io.
  registry_regions = concat([var.region], [for s in local.subscriptions : lower(s.region_key) if s.region_name == var.region])
}
