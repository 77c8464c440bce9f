# The routes of the Organizations API and of the function, under the path that SDKs add to a host. All but the open routes need a
# token; those to write and to send events need a scope too, unless every token may.
locals {
  gateway_routes = [
    { path = "/senderInvitations", methods = ["POST"], access = "write" },
    { path = "/senderInvitations", methods = ["GET", "HEAD"], access = "read" },
    { path = "/senderInvitations/{senderInvitationId}", methods = ["GET", "HEAD"], access = "read" },
    { path = "/senderInvitations/{senderInvitationId}", methods = ["PUT"], access = "write" },
    { path = "/senderInvitations/{senderInvitationId}/actions/cancel", methods = ["POST"], access = "write" },
    { path = "/workRequests/{workRequestId}", methods = ["GET", "HEAD"], access = "read" },
    { path = "/workRequests/{workRequestId}/errors", methods = ["GET", "HEAD"], access = "read" },
    { path = "/workRequests/{workRequestId}/logs", methods = ["GET", "HEAD"], access = "read" },
    { path = "/events", methods = ["POST"], access = "events" },
    { path = "/events", methods = ["OPTIONS"], access = "open" },
    { path = "/health", methods = ["GET", "HEAD"], access = "open" },
  ]

  # One of these scopes is needed. With * or with none, any valid token is enough.
  scopes = { for access, scopes in { read = var.jwt_read_scopes, write = var.jwt_write_scopes, events = var.jwt_events_scopes, open = [] } :
  access => contains(scopes, "*") ? [] : scopes }

  authorizations = { for access, scopes in local.scopes :
  access => access == "open" ? "ANONYMOUS" : length(scopes) > 0 ? "ANY_OF" : "AUTHENTICATION_ONLY" }
}

resource "oci_apigateway_gateway" "gateway" {
  count          = var.create_gateway ? 1 : 0
  compartment_id = var.compartment_ocid
  display_name   = var.name
  endpoint_type  = var.gateway_endpoint_type
  subnet_id      = local.gateway_subnet_ocid
  freeform_tags  = local.freeform_tags

  lifecycle {
    precondition {
      condition     = length(var.jwt_issuers) > 0 && length(var.jwt_audiences) > 0 && var.jwks_uri != ""
      error_message = "The gateway is not made without authentication: give jwt_issuers, jwt_audiences and jwks_uri."
    }

    precondition {
      condition     = length(var.jwt_write_scopes) > 0
      error_message = "The gateway needs jwt_write_scopes: the scopes of tokens that may make, change and cancel invitations, or [\"*\"] if every valid token may."
    }

    precondition {
      condition     = length(var.jwt_events_scopes) > 0
      error_message = "The gateway needs jwt_events_scopes: the scopes of tokens that may send events, which can make invitations, or [\"*\"] if every valid token may."
    }

    precondition {
      condition     = local.make_gateway_subnet || var.gateway_subnet_ocid != ""
      error_message = "The gateway needs a subnet: set create_network, or give gateway_subnet_ocid."
    }

    precondition {
      condition     = var.gateway_endpoint_type == "PUBLIC" || var.gateway_subnet_ocid != ""
      error_message = "A PRIVATE gateway needs your own subnet: give gateway_subnet_ocid. The subnet that the stack makes is public."
    }
  }
}

resource "oci_apigateway_deployment" "deployment" {
  count          = var.create_gateway ? 1 : 0
  compartment_id = var.compartment_ocid
  display_name   = var.name
  gateway_id     = oci_apigateway_gateway.gateway[0].id
  path_prefix    = "/20230401"
  freeform_tags  = local.freeform_tags

  specification {
    logging_policies {
      execution_log {
        log_level = "INFO"
      }
    }

    request_policies {
      authentication {
        type                        = "TOKEN_AUTHENTICATION"
        token_header                = "Authorization"
        token_auth_scheme           = "Bearer"
        is_anonymous_access_allowed = true
        max_clock_skew_in_seconds   = 10

        validation_policy {
          type                        = "REMOTE_JWKS"
          uri                         = var.jwks_uri
          is_ssl_verify_disabled      = false
          max_cache_duration_in_hours = 1

          additional_validation_policy {
            issuers   = var.jwt_issuers
            audiences = var.jwt_audiences
          }
        }
      }

      dynamic "rate_limiting" {
        for_each = var.gateway_requests_per_second == 0 ? [] : [var.gateway_requests_per_second]

        content {
          rate_in_requests_per_second = rate_limiting.value
          rate_key                    = "CLIENT_IP"
        }
      }
    }

    dynamic "routes" {
      for_each = local.gateway_routes

      content {
        path    = routes.value.path
        methods = routes.value.methods

        backend {
          type        = "ORACLE_FUNCTIONS_BACKEND"
          function_id = local.function_ocid
        }

        request_policies {
          authorization {
            type          = local.authorizations[routes.value.access]
            allowed_scope = local.scopes[routes.value.access]
          }
        }
      }
    }
  }

  depends_on = [oci_identity_policy.policy]
}
