# Alarms have their own topic. On the topic of the dead letters, each alarm would be one more message that the alarm counts.
locals {
  # How the dead letters are counted, on their topic or in their stream.
  dead_letters = var.create_dead_letter_stream ? {
    namespace = "oci_streaming", compartment = var.compartment_ocid, metric = "PutMessagesThroughput.Count"
    ocid      = oci_streaming_stream.stream["dead-letters"].id
    } : {
    namespace = "oci_notification", compartment = local.dead_letter_compartment, metric = "PublishedMessagesCount"
    ocid      = local.dead_letter_topic_ocid
  }

  told_besides = local.failures_are_told ? " What OCI Functions itself says there of a detached invocation has no original: send that again from its source." : ""

  alarms = var.create_alarms ? merge(
    {
      failed = {
        namespace = "oci_faas", compartment = local.function_compartment, severity = "CRITICAL"
        query     = "FunctionResponseCount[1m]{resourceId = \"${local.function_ocid}\", responseType = \"Error\"}.sum() > 0"
        body      = "Invocations of the function failed: OCI was not to be had, or time ran out. The log has a line \"invocation\" with the reason of each."
      }
      throttled = {
        namespace = "oci_faas", compartment = local.function_compartment, severity = "WARNING"
        query     = "FunctionResponseCount[1m]{resourceId = \"${local.function_ocid}\", responseType = \"Throttled\"}.sum() > 0"
        body      = "Invocations of the function were refused, for the tenancy's limit of concurrency is reached. Sources deliver again."
      }
    },
    var.dead_letter_topic_ocid == "none" ? {} : {
      dead-letters = {
        namespace = local.dead_letters.namespace, compartment = local.dead_letters.compartment, severity = "CRITICAL"
        query     = "${local.dead_letters.metric}[1m]{resourceId = \"${local.dead_letters.ocid}\"}.sum() > 0"
        body      = "Events failed. Each is among the dead letters, with its original: mend the cause, and invoke the function with it.${local.told_besides}"
      }
    },
    local.failures_are_told ? {
      failures-untold = {
        namespace = "oci_faas", compartment = local.function_compartment, severity = "CRITICAL"
        query     = "FunctionDetachedDeliveries[1m]{resourceId = \"${local.function_ocid}\", destinationType = \"Failure\", responseType = \"Error\"}.sum() > 0"
        body      = "Detached invocations failed, and OCI Functions could not tell it among the dead letters. The function's log has the reason, in a line that begins \"Invocation record delivery to failure destination failed\". OCI Functions may need a policy of its own to publish there."
      }
    } : {},
    local.count_told ? {
      # The lines of the log reach the metric some minutes late.
      expired = {
        namespace = local.metric_namespace, compartment = var.compartment_ocid, severity = "WARNING"
        query     = "InvitationsTold[10m]{outcome = \"expired\"}.sum() > 0"
        body      = "Invitations have expired: nobody has accepted them within 30 days. Each is among the results, in an event that ends in invitation.expired."
      }
    } : {},
    var.create_event_rule ? {
      event-rule = {
        namespace = "oci_cloudevents", compartment = var.compartment_ocid, severity = "CRITICAL"
        query     = "DeliveryFailedEvents[1m]{resourceId = \"${oci_events_rule.rule[0].id}\"}.sum() > 0"
        body      = "The Events rule could not deliver to the function. Its log tells why."
      }
    } : {},
    var.create_command_topic ? {
      commands = {
        namespace = "oci_notification", compartment = var.compartment_ocid, severity = "CRITICAL"
        query     = "FailedMessagesCount[1m]{resourceId = \"${oci_ons_notification_topic.commands[0].id}\"}.sum() > 0"
        body      = "Messages of the topic of commands could not be delivered to the function. Notifications tries for two hours, then drops them."
      }
    } : {},
  ) : {}
}

resource "oci_ons_notification_topic" "alarms" {
  count          = var.create_alarms ? 1 : 0
  compartment_id = var.compartment_ocid
  name           = "${var.name}-alarms"
  description    = "Alarms about the function that sends invitations"
  freeform_tags  = local.freeform_tags
}

resource "oci_ons_subscription" "alarm_email" {
  count          = var.create_alarms && var.alarm_email != "" ? 1 : 0
  compartment_id = var.compartment_ocid
  topic_id       = oci_ons_notification_topic.alarms[0].id
  protocol       = "EMAIL"
  endpoint       = var.alarm_email
  freeform_tags  = local.freeform_tags
}

resource "oci_monitoring_alarm" "alarm" {
  for_each              = local.alarms
  compartment_id        = var.compartment_ocid
  display_name          = "${var.name}-${each.key}"
  namespace             = each.value.namespace
  metric_compartment_id = each.value.compartment
  query                 = each.value.query
  severity              = each.value.severity
  body                  = each.value.body
  destinations          = [oci_ons_notification_topic.alarms[0].id]
  message_format        = "ONS_OPTIMIZED"
  is_enabled            = true
  freeform_tags         = local.freeform_tags
}
