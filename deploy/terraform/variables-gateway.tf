variable "create_gateway" {
  description = "Make an API gateway and a deployment under /20230401. Every route needs a token, except the health check and the validation of webhooks, so the settings for tokens must be given."
  type        = bool
  default     = false
  nullable    = false
}

variable "gateway_endpoint_type" {
  description = "PUBLIC, or PRIVATE for a gateway that can be reached only from its VCN and is in your own subnet."
  type        = string
  default     = "PUBLIC"
  nullable    = false

  validation {
    condition     = contains(["PUBLIC", "PRIVATE"], var.gateway_endpoint_type)
    error_message = "gateway_endpoint_type takes PUBLIC or PRIVATE."
  }
}

variable "gateway_subnet_ocid" {
  description = "OCID of the gateway's subnet, if the stack makes none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.gateway_subnet_ocid == "" || can(regex("^ocid1\\.subnet\\.", var.gateway_subnet_ocid))
    error_message = "gateway_subnet_ocid takes the OCID of a subnet."
  }
}

variable "gateway_client_cidrs" {
  description = "Addresses that may reach the gateway in the subnet that the stack makes."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.gateway_client_cidrs) > 0 && alltrue([for cidr in var.gateway_client_cidrs : can(cidrhost(cidr, 0))])
    error_message = "gateway_client_cidrs takes blocks such as 203.0.113.0/24."
  }
}

variable "jwt_issuers" {
  description = "Issuers of the tokens (claim iss), at most five. For an identity domain: https://identity.oraclecloud.com/."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for issuer in var.jwt_issuers : startswith(issuer, "https://")])
    error_message = "jwt_issuers takes https:// addresses."
  }

  validation {
    condition     = length(var.jwt_issuers) <= 5
    error_message = "jwt_issuers takes at most five, as API Gateway does."
  }
}

variable "jwt_audiences" {
  description = "Audiences of the tokens (claim aud), at most five."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for audience in var.jwt_audiences : trimspace(audience) != ""])
    error_message = "jwt_audiences takes no empty audience."
  }

  validation {
    condition     = length(var.jwt_audiences) <= 5
    error_message = "jwt_audiences takes at most five, as API Gateway does."
  }
}

variable "jwks_uri" {
  description = "https:// address of the keys that sign the tokens. For an identity domain: its URL and /admin/v1/SigningCert/jwk."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.jwks_uri == "" || can(regex("^https://[^/[:space:]]+/", var.jwks_uri))
    error_message = "jwks_uri takes an https:// address."
  }
}

variable "jwt_read_scopes" {
  description = "A token needs one of these scopes to read. Empty, or [\"*\"]: any valid token may read."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for scope in var.jwt_read_scopes : can(regex("^[^*[:space:]]+$", scope))]) || try(one(var.jwt_read_scopes) == "*", false)
    error_message = "jwt_read_scopes takes scopes, or [\"*\"] alone."
  }
}

variable "jwt_write_scopes" {
  description = "A token needs one of these scopes to make, change and cancel invitations. [\"*\"]: any valid token may. A gateway needs it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for scope in var.jwt_write_scopes : can(regex("^[^*[:space:]]+$", scope))]) || try(one(var.jwt_write_scopes) == "*", false)
    error_message = "jwt_write_scopes takes scopes, or [\"*\"] alone."
  }
}

variable "jwt_events_scopes" {
  description = "A token needs one of these scopes to send events, which can make invitations by rules and by COMMANDS. [\"*\"]: any valid token may. A gateway needs it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for scope in var.jwt_events_scopes : can(regex("^[^*[:space:]]+$", scope))]) || try(one(var.jwt_events_scopes) == "*", false)
    error_message = "jwt_events_scopes takes scopes, or [\"*\"] alone."
  }
}

variable "gateway_requests_per_second" {
  description = "Requests a second that the gateway accepts from one client address. 0: no limit."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.gateway_requests_per_second >= 0 && floor(var.gateway_requests_per_second) == var.gateway_requests_per_second
    error_message = "gateway_requests_per_second takes a whole number."
  }
}
