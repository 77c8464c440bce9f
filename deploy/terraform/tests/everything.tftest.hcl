# Every part is made, and each is what it should be.

variables {
  tenancy_ocid                = "ocid1.tenancy.oc1..sender"
  compartment_ocid            = "ocid1.compartment.oc1..invitations"
  region                      = "us-ashburn-1"
  image                       = "iad.ocir.io/namespace/sender-invitations:1.0.0"
  freeform_tags               = { owner = "platform" }
  mode                        = "enforce"
  allowed_recipients          = "ocid1.tenancy.oc1..acme, ocid1.tenancy.oc1..b*"
  max_pending                 = 10
  resend_expired              = 2
  expiring_days               = 5
  approval_topic_ocid         = "ocid1.onstopic.oc1.iad.approvals"
  extra_config                = { MAX_ATTEMPTS = "3" }
  detached_timeout_in_seconds = 600
  provisioned_concurrency     = 20
  apm_domain_ocid             = "ocid1.apmdomain.oc1.iad.traces"
  apm_compartment_ocid        = "ocid1.compartment.oc1..traces"
  dead_letter_email           = "dead-letters@example.com"
  alarm_email                 = "alarms@example.com"
  log_retention_in_days       = 90
  create_event_rule           = true
  create_command_topic        = true
  create_schedule             = true
  schedule_payload            = "{\"operation\": \"list\"}"
  create_gateway              = true
  jwt_issuers                 = ["https://identity.oraclecloud.com/"]
  jwt_audiences               = ["invitations"]
  jwks_uri                    = "https://idcs.example.com/admin/v1/SigningCert/jwk"
  jwt_write_scopes            = ["invitations.write"]
  jwt_events_scopes           = ["invitations.events"]
}

run "everything" {
  assert {
    condition = oci_functions_function.function[0].config == tomap({
      RESULT_TOPIC_OCID      = oci_ons_notification_topic.results[0].id
      DEAD_LETTER_TOPIC_OCID = oci_ons_notification_topic.dead_letters[0].id
      ORGANIZATIONS_REGION   = "eu-frankfurt-1"
      EVENT_TYPE_PREFIX      = "senderinvitation"
      MODE                   = "enforce"
      LOG_LEVEL              = "info"
      COMMANDS               = "create,list,poll"
      ALLOWED_RECIPIENTS     = "ocid1.tenancy.oc1..acme, ocid1.tenancy.oc1..b*"
      MAX_PENDING            = "10"
      RESEND_EXPIRED         = "2"
      EXPIRING_DAYS          = "5"
      APPROVAL_TOPIC_OCID    = "ocid1.onstopic.oc1.iad.approvals"
      MAX_ATTEMPTS           = "3"
      RULES                  = file("rules-objects.yaml")
    })
    error_message = "The configuration is not what the variables say: ${jsonencode(oci_functions_function.function[0].config)}"
  }

  assert {
    condition = (
      oci_functions_function.function[0].image == var.image &&
      oci_functions_function.function[0].memory_in_mbs == "256" &&
      oci_functions_function.function[0].timeout_in_seconds == 60 &&
      oci_functions_function.function[0].detached_mode_timeout_in_seconds == 600 &&
      oci_functions_function.function[0].failure_destination[0].kind == "NOTIFICATION" &&
      oci_functions_function.function[0].failure_destination[0].topic_id == output.topics.dead_letters &&
      oci_functions_function.function[0].provisioned_concurrency_config[0].strategy == "CONSTANT" &&
      oci_functions_function.function[0].provisioned_concurrency_config[0].count == 20 &&
      oci_functions_function.function[0].trace_config[0].is_enabled
    )
    error_message = "The function is not what the variables say."
  }

  assert {
    condition = (
      oci_functions_application.application[0].shape == "GENERIC_X86" &&
      oci_functions_application.application[0].logging[0].line_format == "JSON" &&
      oci_functions_application.application[0].trace_config[0].domain_id == var.apm_domain_ocid &&
      oci_functions_application.application[0].subnet_ids == tolist([oci_core_subnet.function[0].id])
    )
    error_message = "The application is not what the variables say."
  }

  assert {
    condition = toset([for name in [
      oci_functions_application.application[0].display_name, oci_functions_function.function[0].display_name,
      oci_ons_notification_topic.results[0].name, oci_ons_notification_topic.dead_letters[0].name,
      oci_ons_notification_topic.commands[0].name, oci_ons_notification_topic.alarms[0].name,
      oci_identity_dynamic_group.function[0].name, oci_identity_dynamic_group.gateway[0].name, oci_identity_policy.policy[0].name,
      ] : name]) == toset([
      "sender-invitations", "sender-invitations-results", "sender-invitations-dead-letters", "sender-invitations-commands",
      "sender-invitations-alarms", "sender-invitations-function", "sender-invitations-gateway",
    ])
    error_message = "A name is not the one that all parts share."
  }

  assert {
    condition = jsondecode(oci_events_rule.rule[0].condition) == {
      eventType = ["com.oraclecloud.objectstorage.createobject"]
      data      = { additionalDetails = { bucketName = ["tenancy-signups"] } }
    } && one(oci_events_rule.rule[0].actions[0].action[*].function_id) == output.function_ocid
    error_message = "The Events rule does not hand new objects of the bucket to the function."
  }

  assert {
    condition = (
      { for name, schedule in oci_resource_scheduler_schedule.schedule : name => [schedule.display_name, schedule.recurrence_details, schedule.resources[0].parameters[0].value[0]] } == {
        call = ["sender-invitations", "0 6 * * *", "{\"operation\":\"list\"}"]
        poll = ["sender-invitations-poll", "0 * * * *", "{\"operation\":\"poll\"}"]
      } &&
      alltrue([for schedule in oci_resource_scheduler_schedule.schedule : schedule.action == "START_RESOURCE" && schedule.recurrence_type == "CRON"]) &&
      alltrue([for schedule in oci_resource_scheduler_schedule.schedule : schedule.resources[0].id == output.function_ocid && schedule.resources[0].parameters[0].parameter_type == "BODY"])
    )
    error_message = "A schedule does not send its payload to the function."
  }

  assert {
    condition = (
      oci_sch_service_connector.told[0].source[0].kind == "logging" &&
      oci_sch_service_connector.told[0].source[0].log_sources[0].log_group_id == oci_logging_log_group.group[0].id &&
      oci_sch_service_connector.told[0].source[0].log_sources[0].log_id == oci_logging_log.log["function"].id &&
      oci_sch_service_connector.told[0].tasks[0].condition == "data.msg = 'status told'" &&
      oci_sch_service_connector.told[0].target[0].metric_namespace == "sender_invitations" &&
      oci_sch_service_connector.told[0].target[0].metric == "InvitationsTold" &&
      oci_sch_service_connector.told[0].target[0].dimensions[0].dimension_value[0].path == "logContent.data.outcome"
    )
    error_message = "The connector does not count what the log says of told changes."
  }

  assert {
    condition = { for name, log in oci_logging_log.log : name => [for source in log.configuration[0].source : "${source.source_type} ${source.service} ${source.category} ${source.resource}"][0] } == {
      function          = "OCISERVICE functions invoke ${output.application_ocid}"
      gateway-access    = "OCISERVICE apigateway access ${oci_apigateway_deployment.deployment[0].id}"
      gateway-execution = "OCISERVICE apigateway execution ${oci_apigateway_deployment.deployment[0].id}"
      event-rule        = "OCISERVICE cloudevents ruleexecutionlog ${oci_events_rule.rule[0].id}"
    } && alltrue([for log in oci_logging_log.log : log.log_type == "SERVICE" && log.is_enabled && log.retention_duration == 90])
    error_message = "A log has another source, or is kept for another time."
  }

  assert {
    condition = { for name, alarm in oci_monitoring_alarm.alarm : name => "${alarm.severity} ${alarm.namespace} ${alarm.query}" } == {
      failed          = "CRITICAL oci_faas FunctionResponseCount[1m]{resourceId = \"${output.function_ocid}\", responseType = \"Error\"}.sum() > 0"
      throttled       = "WARNING oci_faas FunctionResponseCount[1m]{resourceId = \"${output.function_ocid}\", responseType = \"Throttled\"}.sum() > 0"
      failures-untold = "CRITICAL oci_faas FunctionDetachedDeliveries[1m]{resourceId = \"${output.function_ocid}\", destinationType = \"Failure\", responseType = \"Error\"}.sum() > 0"
      dead-letters    = "CRITICAL oci_notification PublishedMessagesCount[1m]{resourceId = \"${output.topics.dead_letters}\"}.sum() > 0"
      expired         = "WARNING sender_invitations InvitationsTold[10m]{outcome = \"expired\"}.sum() > 0"
      event-rule      = "CRITICAL oci_cloudevents DeliveryFailedEvents[1m]{resourceId = \"${oci_events_rule.rule[0].id}\"}.sum() > 0"
      commands        = "CRITICAL oci_notification FailedMessagesCount[1m]{resourceId = \"${output.topics.commands}\"}.sum() > 0"
    } && alltrue([for alarm in oci_monitoring_alarm.alarm : alarm.destinations == tolist([output.topics.alarms])])
    error_message = "An alarm looks at something else, or tells it on a topic that it counts."
  }

  assert {
    condition = (strcontains(oci_monitoring_alarm.alarm["dead-letters"].body, "has no original") &&
    strcontains(oci_monitoring_alarm.alarm["failures-untold"].body, "Invocation record delivery to failure destination failed"))
    error_message = "An alarm does not say what to look for."
  }

  assert {
    condition     = alltrue([for operation in ["doctor", "create", "list", "poll"] : strcontains(output.try, " --body '{\"operation\": \"${operation}\"")])
    error_message = "Nobody is told how to send the commands that are allowed."
  }

  assert {
    condition     = contains(split("\n", output.try), "echo signup | oci os object put --bucket-name tenancy-signups --name '<tenancy OCID>' --file -")
    error_message = "The object is made of a file that nobody has."
  }

  assert {
    condition     = alltrue([for tags in [oci_core_vcn.vcn[0].freeform_tags, oci_functions_function.function[0].freeform_tags, oci_logging_log.log["function"].freeform_tags] : tags == tomap({ owner = "platform" })])
    error_message = "The tags are missing somewhere."
  }

  assert {
    condition = length(distinct(values(output.topics))) == 5 && [for subscription in [
      oci_ons_subscription.dead_letter_email[0], oci_ons_subscription.alarm_email[0], oci_ons_subscription.commands[0]
      ] : "${subscription.protocol} ${subscription.endpoint} ${subscription.topic_id}"] == [
      "EMAIL dead-letters@example.com ${output.topics.dead_letters}", "EMAIL alarms@example.com ${output.topics.alarms}",
      "ORACLE_FUNCTIONS ${output.function_ocid} ${output.topics.commands}",
    ]
    error_message = "A topic is told to somebody else, or the function hears what it says itself."
  }
}
