# What invokes the function, besides the gateway. You can leave out each of them.

variable "create_event_rule" {
  description = "Make an Events rule that invokes the function."
  type        = bool
  default     = false
  nullable    = false
}

variable "event_condition" {
  description = "Condition of the Events rule, JSON. Empty: an object is created in event_bucket."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.event_condition == "" || can(keys(jsondecode(var.event_condition)))
    error_message = "event_condition takes a JSON object, such as {\"eventType\": [\"com.oraclecloud.objectstorage.createobject\"]}."
  }
}

variable "event_bucket" {
  description = "Bucket whose new objects are signups. The name of each object is the OCID of the tenancy to invite. The bucket must emit events for its objects, and be in the compartment or below it."
  type        = string
  default     = "tenancy-signups"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,256}$", var.event_bucket))
    error_message = "event_bucket takes the name of a bucket."
  }
}

variable "create_command_topic" {
  description = "Make a topic for commands and events, and subscribe the function to it. Everybody who may publish to it may invite."
  type        = bool
  default     = false
  nullable    = false
}

variable "create_schedule" {
  description = "Make a resource schedule that invokes the function, detached."
  type        = bool
  default     = false
  nullable    = false
}

variable "schedule_cron" {
  description = "When the schedule invokes the function, in UTC, in cron form: minute, hour, day of the month, month, day of the week."
  type        = string
  default     = "0 6 * * *"
  nullable    = false

  validation {
    condition     = can(regex("^[^[:space:]]+( [^[:space:]]+){4}$", var.schedule_cron))
    error_message = "schedule_cron takes five fields, such as 0 6 * * *."
  }
}

variable "schedule_payload" {
  description = "Body that the schedule sends, in JSON: a command or an event. Empty: an empty body, for which you need a rule for com.oraclecloud.resourcescheduler.invocation."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.schedule_payload == "" || can(jsondecode(var.schedule_payload))
    error_message = "schedule_payload takes JSON, such as {\"operation\": \"cancel\", \"recipientTenancyId\": \"ocid1.tenancy.oc1..example\"}."
  }
}

variable "create_poll_schedule" {
  description = "Make a resource schedule that asks the function, detached, what has become of the invitations."
  type        = bool
  default     = true
  nullable    = false
}

variable "poll_cron" {
  description = "When the function is asked, in UTC, in cron form: minute, hour, day of the month, month, day of the week. By default each hour."
  type        = string
  default     = "0 * * * *"
  nullable    = false

  validation {
    condition     = can(regex("^[^[:space:]]+( [^[:space:]]+){4}$", var.poll_cron))
    error_message = "poll_cron takes five fields, such as 0 * * * *."
  }
}
