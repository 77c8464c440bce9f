# Each part can be left out, and the rest stands; all left out, nothing is made.

variables {
  tenancy_ocid         = "ocid1.tenancy.oc1..sender"
  compartment_ocid     = "ocid1.compartment.oc1..invitations"
  region               = "us-ashburn-1"
  image                = "us-ashburn-1.ocir.io/namespace/repositories/sender-invitations:1.0.0"
  create_event_rule    = true
  create_command_topic = true
  create_schedule      = true
  create_gateway       = true
  jwt_issuers          = ["https://identity.oraclecloud.com/"]
  jwt_audiences        = ["invitations"]
  jwks_uri             = "https://idcs.example.com/admin/v1/SigningCert/jwk"
  jwt_write_scopes     = ["invitations.write"]
  jwt_events_scopes    = ["invitations.events"]
}

run "defaults" {
  variables {
    create_event_rule    = false
    create_command_topic = false
    create_schedule      = false
    create_gateway       = false
  }

  assert {
    condition = (
      oci_functions_function.function[0].config["MODE"] == "dry-run" && oci_functions_function.function[0].config["COMMANDS"] == "poll" && !strcontains(output.try, "list") && !contains(keys(oci_functions_function.function[0].config), "RULES") &&
      oci_functions_function.function[0].failure_destination[0].kind == "NONE" && keys(oci_logging_log.log) == ["function"] &&
      keys(oci_monitoring_alarm.alarm) == ["dead-letters", "failed", "throttled"] && output.gateway_url == null && !strcontains(oci_monitoring_alarm.alarm["dead-letters"].body, "no original") &&
      length(oci_core_internet_gateway.internet) == 0 && keys(output.topics) == ["alarms", "dead_letters", "results"]
    )
    error_message = "By default something is made that was not asked for."
  }

  assert {
    condition     = strcontains(output.remarks[0], "dry-run") && strcontains(output.remarks[1], "poll")
    error_message = "Nobody is told that nothing is written, and that polls repeat themselves."
  }

  assert {
    condition     = keys(oci_resource_scheduler_schedule.schedule) == ["poll"] && length(oci_sch_service_connector.told) == 0
    error_message = "The invitations are not followed each hour, or a dry run is counted."
  }
}

run "commands" {
  command = plan
  variables {
    schedule_payload = "{\"operation\": \"doctor\"}"
  }
  assert {
    condition     = output.config["COMMANDS"] == "create,poll"
    error_message = "More commands are allowed than the parts need."
  }
}

run "no_commands" {
  command = plan
  variables {
    create_command_topic = false
    create_schedule      = false
    create_poll_schedule = false
  }
  assert {
    condition     = output.config["COMMANDS"] == "none"
    error_message = "An Events rule or a gateway needs no command by name."
  }
}

run "commands_of_the_topic" {
  command = plan
  variables {
    create_schedule      = false
    create_poll_schedule = false
  }
  assert {
    condition     = output.config["COMMANDS"] == "create"
    error_message = "The topic of commands needs create alone."
  }
}

run "commands_of_a_schedule" {
  command = plan
  variables {
    create_command_topic = false
    create_poll_schedule = false
    schedule_payload     = "{\"operation\": \"cancel\", \"recipientTenancyId\": \"ocid1.tenancy.oc1..acme\"}"
  }
  assert {
    condition     = output.config["COMMANDS"] == "cancel"
    error_message = "A schedule needs the operation of its payload alone."
  }
}

run "commands_of_a_list_in_a_schedule" {
  command = plan
  variables {
    create_command_topic = false
    create_poll_schedule = false
    event_type_prefix    = "com.acme.invitation"
    schedule_payload     = "[{\"type\": \"com.acme.invitation.update\"}, {\"operation\": \"get\"}, {\"type\": \"comXacme.invitation.list\"}, {\"type\": \"com.acme.signup\"}, 3]"
  }
  assert {
    condition     = output.config["COMMANDS"] == "get,update"
    error_message = "Commands of a schedule are not allowed, or others are: ${output.config["COMMANDS"]}"
  }
}

run "commands_of_what_is_sent_again" {
  command = plan
  variables {
    create_command_topic = false
    create_schedule      = false
    create_gateway       = false
    mode                 = "hold"
    resend_expired       = 1
  }
  assert {
    condition     = output.config["COMMANDS"] == "create,poll"
    error_message = "An invitation that is sent again cannot be approved."
  }
}

run "commands_that_are_held" {
  command = plan
  variables {
    create_command_topic = false
    mode                 = "hold"
  }
  assert {
    condition     = output.config["COMMANDS"] == "create,poll"
    error_message = "What HTTP asks for cannot be approved."
  }
}

run "commands_that_are_not_held" {
  command = plan
  variables {
    create_command_topic = false
    mode                 = "enforce"
  }
  assert {
    condition     = output.config["COMMANDS"] == "poll"
    error_message = "More commands are allowed than the parts need."
  }
}

run "chosen_commands" {
  command = plan
  variables { commands = "cancel, poll, list" }
  assert {
    condition     = output.config["COMMANDS"] == "cancel, poll, list"
    error_message = "The commands are not those that were chosen."
  }
}

run "without_network" {
  command = plan
  variables {
    create_network       = false
    function_subnet_ocid = "ocid1.subnet.oc1.iad.function"
    gateway_subnet_ocid  = "ocid1.subnet.oc1.iad.gateway"
  }
  assert {
    condition     = length(oci_core_vcn.vcn) == 0 && length(oci_core_subnet.function) == 0 && length(oci_core_subnet.gateway) == 0
    error_message = "There is a network."
  }
}

run "without_policies" {
  variables { create_policies = false }
  assert {
    condition = length(oci_identity_policy.policy) == 0 && length(oci_identity_dynamic_group.function) == 0 && (
    length(output.policy_statements) == 7 && length(output.dynamic_group_rules) == 2)
    error_message = "There is a policy, or nobody is told what is needed."
  }
}

run "without_event_rule" {
  command = plan
  variables { create_event_rule = false }
  assert {
    condition     = length(oci_events_rule.rule) == 0 && !contains(keys(output.config), "RULES") && !contains(keys(oci_logging_log.log), "event-rule")
    error_message = "There is an Events rule, or what belongs to it."
  }
}

run "without_command_topic" {
  command = plan
  variables { create_command_topic = false }
  assert {
    condition     = length(oci_ons_notification_topic.commands) == 0 && length(oci_ons_subscription.commands) == 0 && !contains(keys(oci_monitoring_alarm.alarm), "commands")
    error_message = "There is a topic for commands, or what belongs to it."
  }
}

run "without_gateway" {
  variables { create_gateway = false }
  assert {
    condition = length(oci_apigateway_gateway.gateway) == 0 && length(oci_core_subnet.gateway) == 0 && (
    !strcontains(join("\n", output.policy_statements), "sender-invitations-gateway") && keys(oci_logging_log.log) == ["event-rule", "function"])
    error_message = "There is a gateway, or what belongs to it."
  }
}

run "without_logs" {
  command = plan
  variables {
    create_logs = false
    mode        = "enforce"
  }
  assert {
    condition     = length(oci_logging_log_group.group) == 0 && length(oci_logging_log.log) == 0 && length(oci_sch_service_connector.told) == 0 && !contains(keys(oci_monitoring_alarm.alarm), "expired")
    error_message = "There are logs."
  }
}

run "without_alarms" {
  command = plan
  variables {
    create_alarms = false
    mode          = "enforce"
  }
  assert {
    condition     = length(oci_sch_service_connector.told) == 0 && length(oci_monitoring_alarm.alarm) == 0 && length(oci_ons_notification_topic.alarms) == 0
    error_message = "There are alarms."
  }
}

run "without_schedules" {
  variables {
    create_schedule      = false
    create_poll_schedule = false
    mode                 = "enforce"
  }
  assert {
    condition = length(oci_resource_scheduler_schedule.schedule) == 0 && !strcontains(join("\n", output.policy_statements), "resourceschedule") && (
    output.config["COMMANDS"] == "create" && !contains(keys(oci_monitoring_alarm.alarm), "expired") && length(oci_sch_service_connector.told) == 0)
    error_message = "There is a schedule, or what belongs to it."
  }
}

run "a_poll_by_the_other_schedule" {
  command = plan
  variables {
    create_poll_schedule = false
    schedule_payload     = "{\"operation\": \"poll\", \"within\": \"P7D\"}"
    mode                 = "hold"
  }
  assert {
    condition     = keys(oci_resource_scheduler_schedule.schedule) == ["call"] && output.config["COMMANDS"] == "create,poll" && contains(keys(oci_monitoring_alarm.alarm), "expired")
    error_message = "A schedule of yours that polls is not taken for one that polls."
  }
  assert {
    condition     = output.config["MODE"] == "hold" && strcontains(output.remarks[0], "approves")
    error_message = "Nobody is told that creates wait to be approved."
  }
}

run "a_topic_for_approvals" {
  variables { approval_topic_ocid = "ocid1.onstopic.oc1.iad.approvals" }
  assert {
    condition = output.config.APPROVAL_TOPIC_OCID == "ocid1.onstopic.oc1.iad.approvals" && output.topics.approvals == "ocid1.onstopic.oc1.iad.approvals" && (
      contains(output.policy_statements, "Allow dynamic-group sender-invitations-function to use ons-topics in compartment id ocid1.compartment.oc1..topics where any {request.permission='ONS_TOPIC_PUBLISH', request.permission='ONS_TOPIC_READ'}") &&
    length([for statement in output.policy_statements : statement if strcontains(statement, "ons-topics")]) == 2)
    error_message = "The function does not know the topic for approvals, or may not publish to it."
  }
}

run "without_topics" {
  variables {
    result_topic_ocid           = "none"
    dead_letter_topic_ocid      = "none"
    detached_timeout_in_seconds = 60
  }
  assert {
    condition = (
      output.config.RESULT_TOPIC_OCID == "none" && output.config.DEAD_LETTER_TOPIC_OCID == "none" &&
      !strcontains(join("\n", output.policy_statements), "ons-topics") && !contains(keys(oci_monitoring_alarm.alarm), "dead-letters") &&
      !contains(keys(oci_monitoring_alarm.alarm), "failures-untold") && oci_functions_function.function[0].failure_destination[0].kind == "NONE"
    )
    error_message = "There is a topic, or what belongs to it."
  }
}

run "other_topics" {
  variables {
    result_topic_ocid      = "ocid1.onstopic.oc1.iad.theirs"
    dead_letter_topic_ocid = "ocid1.onstopic.oc1.iad.theirs2"
    dead_letter_email      = "dead-letters@example.com"
  }
  assert {
    condition = length(oci_ons_notification_topic.results) == 0 && output.config.RESULT_TOPIC_OCID == "ocid1.onstopic.oc1.iad.theirs" && (
      contains(output.policy_statements, "Allow dynamic-group sender-invitations-function to use ons-topics in compartment id ocid1.compartment.oc1..topics where any {request.permission='ONS_TOPIC_PUBLISH', request.permission='ONS_TOPIC_READ'}") &&
      length([for statement in output.policy_statements : statement if strcontains(statement, "ons-topics")]) == 1 &&
    oci_monitoring_alarm.alarm["dead-letters"].metric_compartment_id == "ocid1.compartment.oc1..topics" && oci_ons_subscription.dead_letter_email[0].compartment_id == "ocid1.compartment.oc1..topics")
    error_message = "Topics that are there are not used where they are."
  }
}

run "one_topic_of_theirs" {
  variables { result_topic_ocid = "ocid1.onstopic.oc1.iad.theirs" }
  assert {
    condition     = length([for statement in output.policy_statements : statement if strcontains(statement, "ons-topics")]) == 2
    error_message = "The function may not publish to topics in two compartments."
  }
}

run "rules_of_yours" {
  command = plan
  variables { rules = "- {name: mine, match: {type: com.acme.signup}, operation: create, with: {recipientTenancyId: data.tenancy}}" }
  assert {
    condition     = output.config.RULES == var.rules
    error_message = "The rules that are given are not used."
  }
}

run "maps_as_json" {
  command = plan
  variables {
    freeform_tags = "{\"owner\": \"platform\"}"
    extra_config  = " {\"MAX_ATTEMPTS\": 3} "
  }
  assert {
    condition = (output.config.MAX_ATTEMPTS == "3" &&
    oci_functions_application.application[0].freeform_tags == tomap({ owner = "platform" }))
    error_message = "The JSON text of a map is not taken for the map."
  }
}

run "maps_as_empty_texts" {
  command = plan
  variables {
    freeform_tags = ""
    extra_config  = ""
  }
  assert {
    condition     = !contains(keys(output.config), "MAX_ATTEMPTS") && length(oci_functions_application.application[0].freeform_tags) == 0
    error_message = "A field that is left empty is not taken for an empty map."
  }
}

run "condition_of_yours" {
  variables { event_condition = "{\"eventType\": [\"com.acme.signup\"]}" }
  assert {
    condition     = oci_events_rule.rule[0].condition == var.event_condition && !contains(keys(output.config), "RULES") && !strcontains(output.try, "object")
    error_message = "The condition that is given is not used, or rules for another one."
  }
}

run "function_that_is_there" {
  variables {
    function_ocid = "ocid1.fnfunc.oc1.iad.existing"
    image         = ""
  }
  assert {
    condition = length(oci_functions_application.application) == 0 && length(oci_core_subnet.function) == 0 && length(oci_core_nat_gateway.nat) == 0 && (
      oci_logging_log.log["function"].configuration[0].source[0].resource == "ocid1.fnapp.oc1.iad.existing" &&
      contains(output.policy_statements, "Allow dynamic-group sender-invitations-gateway to use functions-family in compartment id ocid1.compartment.oc1..functions") &&
    output.dynamic_group_rules["sender-invitations-function"] == "ALL {resource.type = 'fnfunc', resource.id = 'ocid1.fnfunc.oc1.iad.existing'}")
    error_message = "A function that is there is not used, or another is made."
  }
}

run "nothing" {
  variables {
    function_ocid          = "ocid1.fnfunc.oc1.iad.existing"
    image                  = ""
    create_network         = false
    create_policies        = false
    result_topic_ocid      = "none"
    dead_letter_topic_ocid = "none"
    create_event_rule      = false
    create_command_topic   = false
    create_gateway         = false
    create_logs            = false
    create_alarms          = false
    create_schedule        = false
    create_poll_schedule   = false
  }
  assert {
    condition = length(concat(
      oci_functions_application.application[*].id, oci_functions_function.function[*].id, oci_core_vcn.vcn[*].id, oci_identity_policy.policy[*].id,
      oci_identity_dynamic_group.function[*].id, oci_identity_dynamic_group.gateway[*].id, oci_ons_notification_topic.results[*].id,
      oci_ons_notification_topic.dead_letters[*].id, oci_ons_notification_topic.commands[*].id, oci_ons_notification_topic.alarms[*].id,
      oci_events_rule.rule[*].id, oci_apigateway_gateway.gateway[*].id, oci_logging_log_group.group[*].id, values(oci_logging_log.log)[*].id,
      values(oci_monitoring_alarm.alarm)[*].id, values(oci_resource_scheduler_schedule.schedule)[*].id, oci_sch_service_connector.told[*].id,
    )) == 0
    error_message = "Something is made all the same."
  }
}
