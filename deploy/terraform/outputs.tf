locals {
  guarded = var.max_pending > 0 || anytrue([
    for guard in [var.allowed_recipients, var.denied_recipients, var.allowed_email_domains] : guard != ""
  ])
}

output "function_ocid" {
  description = "OCID of the function."
  value       = local.function_ocid
}

output "application_ocid" {
  description = "OCID of its application."
  value       = local.application_ocid
}

output "topics" {
  description = "OCIDs of the topics."
  value = merge(
    var.create_result_stream ? {} : { results = local.result_topic_ocid },
    var.create_dead_letter_stream ? {} : { dead_letters = local.dead_letter_topic_ocid },
    var.approval_topic_ocid == "" ? {} : { approvals = var.approval_topic_ocid },
    { for topic in oci_ons_notification_topic.commands : "commands" => topic.id },
    { for topic in oci_ons_notification_topic.alarms : "alarms" => topic.id },
  )
}

output "streams" {
  description = "OCIDs of the streams, and their messages endpoint."
  value = merge(
    { for name, stream in oci_streaming_stream.stream : replace(name, "-", "_") => stream.id },
    length(local.streams) == 0 ? {} : { endpoint = local.streaming_endpoint },
  )
}

output "gateway_url" {
  description = "Service endpoint for an SDK. For the CLI, add /20230401."
  value       = one([for gateway in oci_apigateway_gateway.gateway : "https://${gateway.hostname}"])
}

output "dynamic_group_rules" {
  description = "Matching rules of the dynamic groups, by name."
  value       = local.dynamic_group_rules
}

output "policy_statements" {
  description = "Statements of the policy, in the tenancy."
  value       = local.policy_statements
}

output "config" {
  description = "Configuration of the function that the stack makes."
  value       = local.make_function ? local.config : {}
}

output "remarks" {
  description = "What to know before mode is enforce."
  value = concat(
    local.make_function && var.mode == "dry-run" ? [
      "mode is dry-run: nothing is written to Organizations, and what is delivered now must be delivered again.",
    ] : [],
    local.make_function && var.mode == "dry-run" && local.polls ? [
      "In a dry run each poll tells the same changes again, and there is no alarm on expired invitations.",
    ] : [],
    local.make_function && var.mode == "hold" ? [
      "mode is hold: no invitation is made until somebody approves it, by delivering its held event to the function.",
    ] : [],
    local.make_function && var.mode == "enforce" && !local.guarded ? [
      "No guardrail is set: any tenancy of the realm may be invited, and any number of them.",
    ] : [],
    [var.create_policies ? "Policies take effect within 15 minutes for the function." : (
    "Policies are not made: policy_statements and dynamic_group_rules tell what is needed.")],
    var.dead_letter_email != "" || var.create_alarms && var.alarm_email != "" ? [
      "Confirm the subscription in the e-mail that Notifications sends.",
    ] : [],
  )
}
