# The function's log has a line for each change of an invitation that a poll tells. A connector counts these lines in a metric, which
# an alarm can look at. In a dry run each poll tells the same again, so there is no metric.
locals {
  count_told       = local.polls && var.create_logs && var.create_alarms && !(local.make_function && var.mode == "dry-run")
  metric_namespace = replace(var.name, "-", "_")
}

resource "oci_sch_service_connector" "told" {
  count          = local.count_told ? 1 : 0
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-told"
  description    = "Counts the changes of invitations that the function tells"
  freeform_tags  = local.freeform_tags

  source {
    kind = "logging"

    log_sources {
      compartment_id = var.compartment_ocid
      log_group_id   = oci_logging_log_group.group[0].id
      log_id         = oci_logging_log.log["function"].id
    }
  }

  tasks {
    kind      = "logRule"
    condition = "data.msg = 'status told'"
  }

  target {
    kind             = "monitoring"
    compartment_id   = var.compartment_ocid
    metric_namespace = local.metric_namespace
    metric           = "InvitationsTold"

    dimensions {
      name = "outcome"

      dimension_value {
        kind = "jmesPath"
        path = "logContent.data.outcome"
      }
    }
  }
}
