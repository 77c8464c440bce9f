# A private subnet for the function. The service gateway leads to Oracle's services of the region, the NAT gateway to those of
# the home region. The gateway's subnet is public and open on port 443 only.
locals {
  make_function_subnet = var.create_network && var.function_ocid == "" && var.function_subnet_ocid == ""
  make_gateway_subnet  = var.create_network && var.create_gateway && var.gateway_subnet_ocid == ""
  make_vcn             = local.make_function_subnet || local.make_gateway_subnet

  function_subnet_ocid = local.make_function_subnet ? oci_core_subnet.function[0].id : var.function_subnet_ocid
  gateway_subnet_ocid  = local.make_gateway_subnet ? oci_core_subnet.gateway[0].id : var.gateway_subnet_ocid

  oracle_services = one([for s in flatten(data.oci_core_services.region[*].services) : s if startswith(s.cidr_block, "all-")])

  everywhere = "0.0.0.0/0"
  icmp       = "1"
  tcp        = "6"
}

data "oci_core_services" "region" {
  count = local.make_function_subnet ? 1 : 0
}

resource "oci_core_vcn" "vcn" {
  count          = local.make_vcn ? 1 : 0
  compartment_id = var.compartment_ocid
  cidr_blocks    = [var.vcn_cidr]
  display_name   = var.name
  dns_label      = "invitations"
  freeform_tags  = local.freeform_tags
}

resource "oci_core_nat_gateway" "nat" {
  count          = local.make_function_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = var.name
  freeform_tags  = local.freeform_tags
}

resource "oci_core_service_gateway" "services" {
  count          = local.make_function_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = var.name
  freeform_tags  = local.freeform_tags

  services {
    service_id = local.oracle_services.id
  }
}

resource "oci_core_route_table" "function" {
  count          = local.make_function_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = "${var.name}-function"
  freeform_tags  = local.freeform_tags

  route_rules {
    destination       = local.oracle_services.cidr_block
    destination_type  = "SERVICE_CIDR_BLOCK"
    network_entity_id = oci_core_service_gateway.services[0].id
  }

  route_rules {
    destination       = local.everywhere
    destination_type  = "CIDR_BLOCK"
    network_entity_id = oci_core_nat_gateway.nat[0].id
  }
}

# The only ingress is path MTU discovery.
resource "oci_core_security_list" "function" {
  count          = local.make_function_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = "${var.name}-function"
  freeform_tags  = local.freeform_tags

  egress_security_rules {
    description      = "HTTPS to OCI"
    destination      = local.everywhere
    destination_type = "CIDR_BLOCK"
    protocol         = local.tcp

    tcp_options {
      min = 443
      max = 443
    }
  }

  ingress_security_rules {
    description = "path MTU discovery"
    source      = local.everywhere
    source_type = "CIDR_BLOCK"
    protocol    = local.icmp

    icmp_options {
      type = 3
      code = 4
    }
  }
}

resource "oci_core_subnet" "function" {
  count                      = local.make_function_subnet ? 1 : 0
  compartment_id             = var.compartment_ocid
  vcn_id                     = oci_core_vcn.vcn[0].id
  cidr_block                 = cidrsubnet(var.vcn_cidr, 1, 0)
  display_name               = "${var.name}-function"
  dns_label                  = "function"
  prohibit_public_ip_on_vnic = true
  route_table_id             = oci_core_route_table.function[0].id
  security_list_ids          = [oci_core_security_list.function[0].id]
  freeform_tags              = local.freeform_tags
}
