# The function's settings. docs/settings.md explains each.

variable "mode" {
  description = "dry-run decides and publishes but writes nothing to Organizations. hold makes an invitation only when somebody has approved it. enforce sends invitations. A sent invitation cannot be recalled; an event of a dry run can be delivered again."
  type        = string
  default     = "dry-run"
  nullable    = false

  validation {
    condition     = contains(["dry-run", "hold", "enforce"], var.mode)
    error_message = "mode takes dry-run, hold or enforce."
  }
}

variable "event_type_prefix" {
  description = "Prefix of the function's event types: a reverse-DNS name of your own, such as com.acme.senderinvitation."
  type        = string
  default     = "senderinvitation"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$", var.event_type_prefix)) && length(var.event_type_prefix) <= 200
    error_message = "event_type_prefix takes a name such as com.acme.senderinvitation."
  }
}

variable "commands" {
  description = "Operations that a delivery may ask for by name, separated by commas, or none. Empty: what the parts need, which is create for the command topic, and if mode is hold for the gateway and for resend_expired; poll for the poll schedule; and the operation of schedule_payload; otherwise none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(none|((create|get|list|update|cancel|poll)( *, *(create|get|list|update|cancel|poll))*)?)$", var.commands))
    error_message = "commands takes create, get, list, update, cancel, poll, separated by commas, or none."
  }
}

variable "allowed_recipients" {
  description = "OCIDs of tenancies that may be invited, separated by commas, with * anywhere. Empty: all."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._*-]+( *, *[A-Za-z0-9._*-]+)*)?$", var.allowed_recipients))
    error_message = "allowed_recipients takes tenancy OCIDs, * anywhere in them, separated by commas."
  }
}

variable "denied_recipients" {
  description = "OCIDs of tenancies that may not be invited, separated by commas, with * anywhere. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9._*-]+( *, *[A-Za-z0-9._*-]+)*)?$", var.denied_recipients))
    error_message = "denied_recipients takes tenancy OCIDs, * anywhere in them, separated by commas."
  }
}

variable "allowed_email_domains" {
  description = "E-mail domains that invitations may go to, separated by commas, such as acme.com. Empty: all."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition = alltrue([for domain in split(",", var.allowed_email_domains) :
    trimspace(domain) == "" && var.allowed_email_domains == "" || can(regex("^([\\p{L}\\p{M}\\p{N}-]+\\.)+[\\p{L}\\p{M}\\p{N}-]+$", trimspace(domain)))])
    error_message = "allowed_email_domains takes domains such as acme.com, separated by commas."
  }
}

variable "max_pending" {
  description = "The most PENDING invitations of the tenancy. 0: no limit."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.max_pending >= 0 && var.max_pending <= 1000000 && floor(var.max_pending) == var.max_pending
    error_message = "max_pending takes a whole number from 0 to 1000000."
  }
}

variable "resend_expired" {
  description = "How many times in a row a poll sends an expired invitation again, 0 to 10."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.resend_expired >= 0 && var.resend_expired <= 10 && floor(var.resend_expired) == var.resend_expired
    error_message = "resend_expired takes a whole number from 0 to 10."
  }
}

variable "expiring_days" {
  description = "A poll tells a PENDING invitation as expiring when its end is at most so many days away, 0 to 29. 0: it does not tell that."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.expiring_days >= 0 && var.expiring_days <= 29 && floor(var.expiring_days) == var.expiring_days
    error_message = "expiring_days takes a whole number from 0 to 29."
  }
}

variable "log_level" {
  description = "debug, info, warn or error."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "log_level takes debug, info, warn or error."
  }
}

variable "organizations_region" {
  description = "Region of the Organizations API. Empty: the home region."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.organizations_region == "" || can(regex("^[a-z]+(-[a-z0-9]+)+$", var.organizations_region))
    error_message = "organizations_region takes the identifier of a region, such as us-ashburn-1."
  }
}

variable "rules" {
  description = "Mapping rules in YAML. Empty: the rules for objects in event_bucket if the stack makes the Events rule with its default condition, otherwise the built-in rules."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.rules == "" || can(yamldecode(var.rules))
    error_message = "rules takes YAML: a list of mapping rules."
  }
}

variable "extra_config" {
  description = "Other settings of the function: a map, or the JSON text of one, such as {\"MAX_ATTEMPTS\": \"3\"}. Put no secrets here: everybody who may read the function can read them."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = try(alltrue([for value in values(try(jsondecode(var.extra_config), var.extra_config)) : tostring(value) != null]), trimspace(var.extra_config) == "", false)
    error_message = "extra_config takes a map of texts, or its JSON, such as {\"MAX_ATTEMPTS\": \"3\"}."
  }

  validation {
    condition     = alltrue([for key in try(keys(jsondecode(var.extra_config)), keys(var.extra_config), []) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", key))])
    error_message = "extra_config takes keys of letters, digits and underscores that do not begin with a digit."
  }
}
