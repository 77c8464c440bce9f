# The parts around the function. You can leave out each of them.

variable "create_network" {
  description = "Make a VCN with a private subnet for the function, and a subnet for the gateway."
  type        = bool
  default     = true
  nullable    = false
}

variable "vcn_cidr" {
  description = "Addresses of the VCN that the stack makes, /16 to /28. Functions does not work with 172.17.0.0/16."
  type        = string
  default     = "10.20.0.0/24"
  nullable    = false

  validation {
    condition     = try(cidrsubnet(var.vcn_cidr, 0, 0), "") == var.vcn_cidr && can(regex("/(1[6-9]|2[0-8])$", var.vcn_cidr))
    error_message = "vcn_cidr takes a block such as 10.20.0.0/24, /16 to /28."
  }

  validation {
    condition     = !startswith(var.vcn_cidr, "172.17.")
    error_message = "vcn_cidr must not lie in 172.17.0.0/16: Functions uses it itself."
  }
}

variable "function_subnet_ocid" {
  description = "OCID of the function's subnet, if the stack makes none. It needs a route to Oracle's services by a NAT or service gateway."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.function_subnet_ocid == "" || can(regex("^ocid1\\.subnet\\.", var.function_subnet_ocid))
    error_message = "function_subnet_ocid takes the OCID of a subnet."
  }
}

variable "create_policies" {
  description = "Make dynamic groups and policies, in the home region. If false, the output policy_statements has the statements that somebody else must make."
  type        = bool
  default     = true
  nullable    = false
}

variable "narrow_permissions" {
  description = "Narrow the policies to the permissions that the function uses. If false, the policies are Oracle's broader statements. Set false if the doctor reports a missing permission."
  type        = bool
  default     = true
  nullable    = false
}

variable "organizations_resource_type" {
  description = "Resource type in the policy for Organizations. Oracle's pages spell the type of sender invitations in two ways. The family has one spelling."
  type        = string
  default     = "organizations-family"
  nullable    = false

  validation {
    condition     = contains(["organizations-family", "organizations-sender-invitation", "organizations-sender-invitations"], var.organizations_resource_type)
    error_message = "organizations_resource_type takes organizations-family, organizations-sender-invitation or organizations-sender-invitations."
  }
}

variable "extra_policy_statements" {
  description = "More statements for the policy, such as: Allow dynamic-group sender-invitations-function to use tag-namespaces in tenancy, which invitations with defined tags need."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for statement in var.extra_policy_statements : can(regex("^(?i:allow|define|endorse|admit) ", statement))])
    error_message = "extra_policy_statements takes policy statements, which begin with Allow."
  }
}

variable "result_topic_ocid" {
  description = "OCID of the topic for result events. Empty: the stack makes one. none: no result events."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "none"], var.result_topic_ocid) || can(regex("^ocid1\\.onstopic\\.", var.result_topic_ocid))
    error_message = "result_topic_ocid takes the OCID of a topic, or none."
  }
}

variable "dead_letter_topic_ocid" {
  description = "OCID of the topic for failed events. Empty: the stack makes one. none: failures are in the log only."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "none"], var.dead_letter_topic_ocid) || can(regex("^ocid1\\.onstopic\\.", var.dead_letter_topic_ocid))
    error_message = "dead_letter_topic_ocid takes the OCID of a topic, or none."
  }
}

variable "approval_topic_ocid" {
  description = "OCID of the topic for held events, which wait for an approval. Empty: they go where the results go."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.approval_topic_ocid == "" || can(regex("^ocid1\\.onstopic\\.", var.approval_topic_ocid))
    error_message = "approval_topic_ocid takes the OCID of a topic."
  }
}

variable "dead_letter_email" {
  description = "E-mail address for failed events, to be confirmed by its owner. Failed events contain the addresses of invited people. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.dead_letter_email == "" || can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.dead_letter_email))
    error_message = "dead_letter_email takes an e-mail address."
  }
}

variable "create_logs" {
  description = "Make a log group with the logs of the function, the gateway and the Events rule."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_in_days" {
  description = "Days that logs are kept: 30, 60, 90, 120, 150 or 180."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180], var.log_retention_in_days)
    error_message = "log_retention_in_days takes 30, 60, 90, 120, 150 or 180."
  }
}

variable "create_alarms" {
  description = "Make alarms and a topic for them."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_email" {
  description = "E-mail address for alarms, to be confirmed by its owner. Empty: none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.alarm_email == "" || can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.alarm_email))
    error_message = "alarm_email takes an e-mail address."
  }
}
