resource "oci_core_internet_gateway" "internet" {
  count          = local.make_gateway_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = var.name
  freeform_tags  = local.freeform_tags
}

resource "oci_core_route_table" "gateway" {
  count          = local.make_gateway_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = "${var.name}-gateway"
  freeform_tags  = local.freeform_tags

  route_rules {
    destination       = local.everywhere
    destination_type  = "CIDR_BLOCK"
    network_entity_id = oci_core_internet_gateway.internet[0].id
  }
}

# Ingress: requests. Egress: the function's invoke endpoint, and the keys of the tokens.
resource "oci_core_security_list" "gateway" {
  count          = local.make_gateway_subnet ? 1 : 0
  compartment_id = var.compartment_ocid
  vcn_id         = oci_core_vcn.vcn[0].id
  display_name   = "${var.name}-gateway"
  freeform_tags  = local.freeform_tags

  egress_security_rules {
    description      = "HTTPS to Functions and to the issuer of tokens"
    destination      = local.everywhere
    destination_type = "CIDR_BLOCK"
    protocol         = local.tcp

    tcp_options {
      min = 443
      max = 443
    }
  }

  dynamic "ingress_security_rules" {
    for_each = toset(var.gateway_client_cidrs)

    content {
      description = "HTTPS from clients"
      source      = ingress_security_rules.value
      source_type = "CIDR_BLOCK"
      protocol    = local.tcp

      tcp_options {
        min = 443
        max = 443
      }
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

resource "oci_core_subnet" "gateway" {
  count                      = local.make_gateway_subnet ? 1 : 0
  compartment_id             = var.compartment_ocid
  vcn_id                     = oci_core_vcn.vcn[0].id
  cidr_block                 = cidrsubnet(var.vcn_cidr, 1, 1)
  display_name               = "${var.name}-gateway"
  dns_label                  = "gateway"
  prohibit_public_ip_on_vnic = false
  route_table_id             = oci_core_route_table.gateway[0].id
  security_list_ids          = [oci_core_security_list.gateway[0].id]
  freeform_tags              = local.freeform_tags
}
