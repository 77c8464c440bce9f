# Tenancy, compartment and region. Resource Manager fills these in.

variable "tenancy_ocid" {
  description = "OCID of the tenancy that sends the invitations: the parent tenancy."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^ocid1\\.tenancy\\.", var.tenancy_ocid))
    error_message = "tenancy_ocid takes the OCID of a tenancy."
  }
}

variable "compartment_ocid" {
  description = "OCID of the compartment for everything except dynamic groups and policies. A separate compartment keeps the policies narrow."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^ocid1\\.(compartment|tenancy)\\.", var.compartment_ocid))
    error_message = "compartment_ocid takes the OCID of a compartment."
  }
}

variable "region" {
  description = "Region of the function, such as us-ashburn-1. It need not be the home region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+(-[a-z0-9]+)+$", var.region))
    error_message = "region takes the identifier of a region, such as us-ashburn-1."
  }
}

variable "name" {
  description = "Name, or beginning of the name, of everything that the stack makes. Names of dynamic groups and policies must be new in the tenancy."
  type        = string
  default     = "sender-invitations"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,60}[a-z0-9]$", var.name))
    error_message = "name takes 2 to 62 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "freeform_tags" {
  description = "Freeform tags of everything that the stack makes: a map, or the JSON text of one."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = try(alltrue([for value in values(try(jsondecode(var.freeform_tags), var.freeform_tags)) : tostring(value) != null]), trimspace(var.freeform_tags) == "", false)
    error_message = "freeform_tags takes a map of texts, or its JSON, such as {\"owner\": \"platform\"}."
  }
}

# The function.

variable "function_ocid" {
  description = "OCID of an existing function, such as one made by fn deploy. The stack then makes no application and no function, and does not use the settings below."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.function_ocid == "" || can(regex("^ocid1\\.fnfunc\\.", var.function_ocid))
    error_message = "function_ocid takes the OCID of a function."
  }
}

variable "image" {
  description = "Image of the function in the registry of its region: <region>.ocir.io/<namespace>/<repository>:<tag>. A tag is a version; no tag is used twice."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.image == "" || can(regex("^[a-z0-9-]+\\.ocir\\.io/[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9._/-]*:[A-Za-z0-9_][A-Za-z0-9_.-]*$", var.image))
    error_message = "image takes <region>.ocir.io/<namespace>/<repository>:<tag>, such as iad.ocir.io/mytenancy/sender-invitations:1.0.0."
  }

  validation {
    condition     = !endswith(var.image, ":latest")
    error_message = "image takes a tag that is a version, not latest: the function does not follow a tag that moves."
  }
}

variable "application_shape" {
  description = "Processors of the application: GENERIC_X86, GENERIC_ARM, or GENERIC_X86_ARM for an image with both."
  type        = string
  default     = "GENERIC_X86"
  nullable    = false

  validation {
    condition     = contains(["GENERIC_X86", "GENERIC_ARM", "GENERIC_X86_ARM"], var.application_shape)
    error_message = "application_shape takes GENERIC_X86, GENERIC_ARM or GENERIC_X86_ARM."
  }
}

variable "memory_in_mbs" {
  description = "Memory of the function in MB; its share of a processor grows with it."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = contains([128, 256, 512, 1024, 2048, 3072], var.memory_in_mbs)
    error_message = "memory_in_mbs takes 128, 256, 512, 1024, 2048 or 3072."
  }
}

variable "timeout_in_seconds" {
  description = "Seconds that an invocation may take. Set 300 if lists come by Connector Hub."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.timeout_in_seconds >= 5 && var.timeout_in_seconds <= 300 && floor(var.timeout_in_seconds) == var.timeout_in_seconds
    error_message = "timeout_in_seconds takes 5 to 300 whole seconds."
  }
}

variable "detached_timeout_in_seconds" {
  description = "Seconds that a detached invocation may take. The platform then reports a failed one to the dead-letter topic. 0: timeout_in_seconds holds, and the platform reports nothing."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition = (var.detached_timeout_in_seconds == 0 || var.detached_timeout_in_seconds >= 5 && var.detached_timeout_in_seconds <= 3600) && (
    floor(var.detached_timeout_in_seconds) == var.detached_timeout_in_seconds)
    error_message = "detached_timeout_in_seconds takes 5 to 3600 whole seconds, or 0."
  }
}

variable "provisioned_concurrency" {
  description = "Containers kept ready, which cost while they wait. A multiple of 40 with 128 MB, of 20 with 256 MB, otherwise of 10. 0: none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.provisioned_concurrency >= 0 && var.provisioned_concurrency % 10 == 0
    error_message = "provisioned_concurrency takes a multiple of 10, or 0."
  }
}

variable "apm_domain_ocid" {
  description = "OCID of an Application Performance Monitoring domain for traces. Empty: no traces."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.apm_domain_ocid == "" || can(regex("^ocid1\\.apmdomain\\.", var.apm_domain_ocid))
    error_message = "apm_domain_ocid takes the OCID of an APM domain."
  }
}

variable "apm_compartment_ocid" {
  description = "OCID of the compartment of the APM domain. Empty: compartment_ocid."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.apm_compartment_ocid == "" || can(regex("^ocid1\\.(compartment|tenancy)\\.", var.apm_compartment_ocid))
    error_message = "apm_compartment_ocid takes the OCID of a compartment."
  }
}
