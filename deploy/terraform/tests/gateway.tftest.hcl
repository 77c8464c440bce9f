# The gateway's routes are those of the description of the function's HTTP face, and what needs a token does.

variables {
  tenancy_ocid     = "ocid1.tenancy.oc1..sender"
  compartment_ocid = "ocid1.compartment.oc1..invitations"
  region           = "us-ashburn-1"
  image            = "iad.ocir.io/namespace/sender-invitations:1.0.0"
  create_gateway   = true
  jwt_issuers      = ["https://identity.oraclecloud.com/"]
  jwt_audiences    = ["invitations"]
  jwks_uri         = "https://idcs.example.com/admin/v1/SigningCert/jwk"

  jwt_write_scopes  = ["invitations.write"]
  jwt_events_scopes = ["invitations.events"]
}

run "routes" {
  assert {
    condition     = oci_apigateway_deployment.deployment[0].path_prefix == "/20230401"
    error_message = "The path prefix is not the API's own, which SDKs put behind the host."
  }

  # deploy/openapi.yaml has /events and /health without the prefix too; HEAD it tells in its description: wherever GET is.
  assert {
    condition = toset(flatten([for route in oci_apigateway_deployment.deployment[0].specification[0].routes : formatlist("%s /20230401${route.path}", route.methods)])) == toset(flatten([
      for path, operations in yamldecode(file("../openapi.yaml")).paths : [
        for method in keys(operations) : concat(["${upper(method)} ${path}"], method == "get" ? ["HEAD ${path}"] : [])
        if contains(["get", "post", "put", "delete", "options", "patch"], method)
      ] if startswith(path, "/20230401/")
    ]))
    error_message = "The routes are not those of deploy/openapi.yaml."
  }

  assert {
    condition = alltrue([for route in oci_apigateway_deployment.deployment[0].specification[0].routes :
      route.backend[0].type == "ORACLE_FUNCTIONS_BACKEND" && route.backend[0].function_id == output.function_ocid
    ])
    error_message = "A route leads elsewhere."
  }

  assert {
    condition = { for route in oci_apigateway_deployment.deployment[0].specification[0].routes :
      "${join(",", route.methods)} ${route.path}" => route.request_policies[0].authorization[0].type
      if !strcontains(join(",", route.methods), "GET") || route.request_policies[0].authorization[0].type != "AUTHENTICATION_ONLY"
      } == {
      "POST /senderInvitations"                                     = "ANY_OF"
      "PUT /senderInvitations/{senderInvitationId}"                 = "ANY_OF"
      "POST /senderInvitations/{senderInvitationId}/actions/cancel" = "ANY_OF"
      "POST /events"                                                = "ANY_OF"
      "OPTIONS /events"                                             = "ANONYMOUS"
      "GET,HEAD /health"                                            = "ANONYMOUS"
    }
    error_message = "Another route than the two open ones takes requests without a token, or any token may write, or a read asks for a scope that nobody named."
  }

  assert {
    condition = { for access in flatten([for route in oci_apigateway_deployment.deployment[0].specification[0].routes : [
      for method in route.methods : { of = "${method} ${route.path}", is = route.request_policies[0].authorization[0].type }
      ]]) : access.of => access.is } == { for access in flatten([for route in jsondecode(file("../examples/api-gateway/specification.json")).routes : [
      for method in route.methods : { of = "${method} ${route.path}", is = route.requestPolicies.authorization.type }
    ]]) : access.of => access.is }
    error_message = "The routes are not those of deploy/examples/api-gateway."
  }

  assert {
    condition = [for token in oci_apigateway_deployment.deployment[0].specification[0].request_policies[0].authentication : [
      token.type, token.token_header, token.token_auth_scheme, token.is_anonymous_access_allowed, token.max_clock_skew_in_seconds,
      token.validation_policy[0].type, token.validation_policy[0].is_ssl_verify_disabled,
      token.validation_policy[0].max_cache_duration_in_hours]] == [[
      for token in [jsondecode(file("../examples/api-gateway/specification.json")).requestPolicies.authentication] : [
        token.type, token.tokenHeader, token.tokenAuthScheme, token.isAnonymousAccessAllowed, token.maxClockSkewInSeconds,
        token.validationPolicy.type, token.validationPolicy.isSslVerifyDisabled, token.validationPolicy.maxCacheDurationInHours
    ]][0]]
    error_message = "Tokens are looked at in another way than in deploy/examples/api-gateway."
  }

  assert {
    condition = [for policy in oci_apigateway_deployment.deployment[0].specification[0].request_policies[0].authentication[0].validation_policy : [
      policy.uri, policy.additional_validation_policy[0].issuers, policy.additional_validation_policy[0].audiences]] == [[
    "https://idcs.example.com/admin/v1/SigningCert/jwk", tolist(["https://identity.oraclecloud.com/"]), tolist(["invitations"])]]
    error_message = "Tokens of somebody else are taken."
  }

  assert {
    condition = (
      oci_apigateway_deployment.deployment[0].specification[0].request_policies[0].rate_limiting[0].rate_in_requests_per_second == 20 &&
      oci_apigateway_deployment.deployment[0].specification[0].request_policies[0].rate_limiting[0].rate_key == "CLIENT_IP"
    )
    error_message = "The rate is not limited."
  }

  assert {
    condition     = output.gateway_url == "https://gateway.example.com" && contains(split("\n", output.try), "curl https://gateway.example.com/20230401/health")
    error_message = "The address of the gateway is not told."
  }

  assert {
    condition = (
      [for rule in oci_core_security_list.gateway[0].ingress_security_rules : "${rule.source} ${rule.tcp_options[0].min}-${rule.tcp_options[0].max}" if rule.protocol == "6"] == ["0.0.0.0/0 443-443"] &&
      length([for rule in oci_core_security_list.function[0].ingress_security_rules : rule if rule.protocol != "1"]) == 0 &&
      oci_core_subnet.function[0].prohibit_public_ip_on_vnic && !oci_core_subnet.gateway[0].prohibit_public_ip_on_vnic
    )
    error_message = "The network lets in more than 443, or elsewhere than to the gateway."
  }

  assert {
    condition = (
      { for rule in oci_core_route_table.function[0].route_rules : rule.destination => rule.network_entity_id } == {
        "all-iad-services-in-oracle-services-network" = oci_core_service_gateway.services[0].id
        "0.0.0.0/0"                                   = oci_core_nat_gateway.nat[0].id
      } && one(oci_core_service_gateway.services[0].services[*].service_id) == "ocid1.service.oc1.iad.all" &&
      oci_core_subnet.function[0].cidr_block == "10.20.0.0/25" && oci_core_subnet.gateway[0].cidr_block == "10.20.0.128/25"
    )
    error_message = "The function's subnet has no way to Oracle's services and to the home region."
  }
}

run "scopes" {
  variables {
    jwt_read_scopes             = ["invitations.read", "invitations.write"]
    gateway_requests_per_second = 0
  }

  assert {
    condition = { for route in oci_apigateway_deployment.deployment[0].specification[0].routes :
      "${join(",", route.methods)} ${route.path}" => join(" ", concat([route.request_policies[0].authorization[0].type], coalesce(route.request_policies[0].authorization[0].allowed_scope, [])))
      } == {
      "POST /senderInvitations"                                     = "ANY_OF invitations.write"
      "GET,HEAD /senderInvitations"                                 = "ANY_OF invitations.read invitations.write"
      "GET,HEAD /senderInvitations/{senderInvitationId}"            = "ANY_OF invitations.read invitations.write"
      "PUT /senderInvitations/{senderInvitationId}"                 = "ANY_OF invitations.write"
      "POST /senderInvitations/{senderInvitationId}/actions/cancel" = "ANY_OF invitations.write"
      "GET,HEAD /workRequests/{workRequestId}"                      = "ANY_OF invitations.read invitations.write"
      "GET,HEAD /workRequests/{workRequestId}/errors"               = "ANY_OF invitations.read invitations.write"
      "GET,HEAD /workRequests/{workRequestId}/logs"                 = "ANY_OF invitations.read invitations.write"
      "POST /events"                                                = "ANY_OF invitations.events"
      "OPTIONS /events"                                             = "ANONYMOUS"
      "GET,HEAD /health"                                            = "ANONYMOUS"
    }
    error_message = "A route asks for another scope."
  }
}

run "any_token_may" {
  command = plan
  variables {
    jwt_read_scopes   = ["*"]
    jwt_write_scopes  = ["*"]
    jwt_events_scopes = ["*"]
  }

  assert {
    condition = alltrue([for route in oci_apigateway_deployment.deployment[0].specification[0].routes :
      contains(["AUTHENTICATION_ONLY", "ANONYMOUS"], route.request_policies[0].authorization[0].type) && length(coalesce(route.request_policies[0].authorization[0].allowed_scope, [])) == 0
    ])
    error_message = "A route asks for a scope although every token may."
  }

  assert {
    condition     = [for route in oci_apigateway_deployment.deployment[0].specification[0].routes : route.path if route.request_policies[0].authorization[0].type == "ANONYMOUS"] == ["/events", "/health"]
    error_message = "A route takes requests without a token."
  }
}

run "nobody_says_who_writes" {
  command = plan
  variables {
    jwt_write_scopes = []
  }
  expect_failures = [oci_apigateway_gateway.gateway]
}

run "nobody_says_who_sends_events" {
  command = plan
  variables {
    jwt_events_scopes = []
  }
  expect_failures = [oci_apigateway_gateway.gateway]
}

run "a_subnet_of_yours" {
  variables {
    gateway_subnet_ocid   = "ocid1.subnet.oc1.iad.gateway"
    gateway_endpoint_type = "PRIVATE"
    function_subnet_ocid  = "ocid1.subnet.oc1.iad.function"
  }

  assert {
    condition = oci_apigateway_gateway.gateway[0].subnet_id == var.gateway_subnet_ocid && (
      oci_apigateway_gateway.gateway[0].endpoint_type == "PRIVATE" &&
      oci_functions_application.application[0].subnet_ids == tolist([var.function_subnet_ocid]) && length(oci_core_vcn.vcn) == 0
    )
    error_message = "The subnets that are given are not used, or a network is made that nobody needs."
  }
}
