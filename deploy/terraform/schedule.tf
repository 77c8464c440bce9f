# Resource Scheduler starts a function by a detached invocation.
resource "oci_resource_scheduler_schedule" "schedule" {
  count              = var.create_schedule ? 1 : 0
  compartment_id     = var.compartment_ocid
  display_name       = var.name
  description        = "Invokes the function that sends invitations"
  action             = "START_RESOURCE"
  recurrence_type    = "CRON"
  recurrence_details = var.schedule_cron
  freeform_tags      = local.freeform_tags

  resources {
    id = local.function_ocid

    dynamic "parameters" {
      for_each = var.schedule_payload == "" ? [] : [var.schedule_payload]

      content {
        parameter_type = "BODY"
        value          = [parameters.value]
      }
    }
  }
}
