variable "create_gateway" {
  description = "Make an API gateway and a deployment under /20230401. It asks for a token on every route but the health check, so the settings for tokens must be given."
  type        = bool
  default     = false
  nullable    = false
}

variable "gateway_endpoint_type" {
  description = "PUBLIC, or PRIVATE for a gateway that is reached from within its VCN alone and stands in a subnet of yours."
  type        = string
  default     = "PUBLIC"
  nullable    = false

  validation {
    condition     = contains(["PUBLIC", "PRIVATE"], var.gateway_endpoint_type)
    error_message = "gateway_endpoint_type takes PUBLIC or PRIVATE."
  }
}

variable "gateway_subnet_ocid" {
  description = "OCID of the subnet of the gateway, if none is made for it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.gateway_subnet_ocid == "" || can(regex("^ocid1\\.subnet\\.", var.gateway_subnet_ocid))
    error_message = "gateway_subnet_ocid takes the OCID of a subnet."
  }
}

variable "gateway_client_cidrs" {
  description = "Addresses that may reach the gateway in the subnet that is made for it."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false

  validation {
    condition     = length(var.gateway_client_cidrs) > 0 && alltrue([for cidr in var.gateway_client_cidrs : can(cidrhost(cidr, 0))])
    error_message = "gateway_client_cidrs takes blocks such as 203.0.113.0/24."
  }
}

variable "jwt_issuers" {
  description = "Who may issue the tokens, five at most: their iss claim. For an identity domain: https://identity.oraclecloud.com/."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for issuer in var.jwt_issuers : startswith(issuer, "https://")])
    error_message = "jwt_issuers takes https:// addresses."
  }

  validation {
    condition     = length(var.jwt_issuers) <= 5
    error_message = "jwt_issuers takes five at most: API Gateway has no room for more."
  }
}

variable "jwt_audiences" {
  description = "Whom the tokens are for, five at most: their aud claim."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for audience in var.jwt_audiences : trimspace(audience) != ""])
    error_message = "jwt_audiences takes no empty audience."
  }

  validation {
    condition     = length(var.jwt_audiences) <= 5
    error_message = "jwt_audiences takes five at most: API Gateway has no room for more."
  }
}

variable "jwks_uri" {
  description = "Where the keys stand that the tokens are signed with: an https:// address. For an identity domain: its URL and /admin/v1/SigningCert/jwk."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.jwks_uri == "" || can(regex("^https://[^/[:space:]]+/", var.jwks_uri))
    error_message = "jwks_uri takes an https:// address."
  }
}

variable "jwt_read_scopes" {
  description = "Scopes of which a token needs one to read. Empty: any valid token may."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "jwt_write_scopes" {
  description = "Scopes of which a token needs one to write or to send events. Empty: any valid token may."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "gateway_requests_per_second" {
  description = "Requests a second that the gateway takes from one client address. 0: no limit."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.gateway_requests_per_second >= 0 && floor(var.gateway_requests_per_second) == var.gateway_requests_per_second
    error_message = "gateway_requests_per_second takes a whole number."
  }
}
