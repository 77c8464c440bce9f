locals {
  event_condition = var.event_condition != "" ? var.event_condition : jsonencode({
    eventType = ["com.oraclecloud.objectstorage.createobject"]
    data      = { additionalDetails = { bucketName = [var.event_bucket] } }
  })
}

resource "oci_events_rule" "rule" {
  count          = var.create_event_rule ? 1 : 0
  compartment_id = var.compartment_ocid
  display_name   = var.name
  description    = "Events that the function turns into invitations"
  condition      = local.event_condition
  is_enabled     = true
  freeform_tags  = local.freeform_tags

  actions {
    action {
      action_type = "FAAS"
      function_id = local.function_ocid
      is_enabled  = true
      description = "Invoke the function"
    }
  }
}
