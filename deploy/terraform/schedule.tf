# Resource Scheduler starts a function by a detached invocation.
locals {
  schedules = merge(
    var.create_schedule ? {
      call = {
        name        = var.name
        cron        = var.schedule_cron
        payload     = var.schedule_payload == "" ? "" : jsonencode(jsondecode(var.schedule_payload)) # as it is read back
        description = "Invokes the function that sends invitations"
      }
    } : {},
    var.create_poll_schedule ? {
      poll = {
        name        = "${var.name}-poll"
        cron        = var.poll_cron
        payload     = jsonencode({ operation = "poll" })
        description = "Asks the function what has become of the invitations"
      }
    } : {},
  )
}

resource "oci_resource_scheduler_schedule" "schedule" {
  for_each           = local.schedules
  compartment_id     = var.compartment_ocid
  display_name       = each.value.name
  description        = each.value.description
  action             = "START_RESOURCE"
  recurrence_type    = "CRON"
  recurrence_details = each.value.cron
  freeform_tags      = local.freeform_tags

  resources {
    id = local.function_ocid

    dynamic "parameters" {
      for_each = each.value.payload == "" ? [] : [each.value.payload]

      content {
        parameter_type = "BODY"
        value          = [parameters.value]
      }
    }
  }
}

# Before there was a second schedule, the first had no name.
moved {
  from = oci_resource_scheduler_schedule.schedule[0]
  to   = oci_resource_scheduler_schedule.schedule["call"]
}
