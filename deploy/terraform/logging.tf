locals {
  # Each log's service, category and resource, as Logging names them.
  logs = var.create_logs ? merge(
    { function = { service = "functions", category = "invoke", resource = local.application_ocid } },
    var.create_gateway ? {
      gateway-access    = { service = "apigateway", category = "access", resource = oci_apigateway_deployment.deployment[0].id }
      gateway-execution = { service = "apigateway", category = "execution", resource = oci_apigateway_deployment.deployment[0].id }
    } : {},
    var.create_event_rule ? {
      event-rule = { service = "cloudevents", category = "ruleexecutionlog", resource = oci_events_rule.rule[0].id }
    } : {},
  ) : {}
}

resource "oci_logging_log_group" "group" {
  count          = var.create_logs ? 1 : 0
  compartment_id = var.compartment_ocid
  display_name   = var.name
  description    = "The function that sends invitations, its gateway and its sources"
  freeform_tags  = local.freeform_tags
}

resource "oci_logging_log" "log" {
  for_each           = local.logs
  display_name       = "${var.name}-${each.key}"
  log_group_id       = oci_logging_log_group.group[0].id
  log_type           = "SERVICE"
  is_enabled         = true
  retention_duration = var.log_retention_in_days
  freeform_tags      = local.freeform_tags

  configuration {
    compartment_id = var.compartment_ocid

    source {
      source_type = "OCISERVICE"
      service     = each.value.service
      category    = each.value.category
      resource    = each.value.resource
    }
  }
}
