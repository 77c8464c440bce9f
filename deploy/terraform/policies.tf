# Dynamic groups and policies. The function's group has only its OCID, so no other function of the compartment gets these rights.
# The platform needs no policy to pull an image of the same tenancy, to write service logs, or to invoke for an Events rule or a
# subscription. There the rights of the person count who makes the application, the rule or the subscription.
locals {
  function_group = "${var.name}-function"
  gateway_group  = "${var.name}-gateway"

  # Oracle's names for the permissions of ListSenderInvitations, GetSenderInvitation, UpdateSenderInvitation and
  # CancelSenderInvitation, CreateSenderInvitation. A poll needs the first three, to send again also the fourth. Oracle names none for
  # work requests, which a command with wait and a poll read.
  organizations_permissions = [
    "ORGANIZATIONS_SENDER_INVITATION_INSPECT",
    "ORGANIZATIONS_SENDER_INVITATION_READ",
    "ORGANIZATIONS_SENDER_INVITATION_UPDATE",
    "ORGANIZATIONS_SENDER_INVITATION_CREATE",
  ]

  # The permissions of PublishMessage, and of GetTopic, which the doctor calls.
  topic_permissions = ["ONS_TOPIC_PUBLISH", "ONS_TOPIC_READ"]

  # The rights to PutMessages, and to GetStream, which the doctor calls. A condition can name a stream, other than a topic.
  stream_rights = ["use stream-push", "read streams"]

  only = var.narrow_permissions ? {
    organizations = " where any {${join(", ", formatlist("request.permission='%s'", local.organizations_permissions))}}"
    topics        = " where any {${join(", ", formatlist("request.permission='%s'", local.topic_permissions))}}"
  } : { organizations = "", topics = "" }

  function_statements = concat(
    ["Allow dynamic-group ${local.function_group} to manage ${var.organizations_resource_type} in tenancy${local.only.organizations}"],
    formatlist("Allow dynamic-group ${local.function_group} to use ons-topics in compartment id %s${local.only.topics}", local.topic_compartments),
    distinct(flatten([for stream in oci_streaming_stream.stream : formatlist(
      "Allow dynamic-group ${local.function_group} to %s in compartment id ${var.compartment_ocid}${var.narrow_permissions ? " where target.stream.id='${stream.id}'" : ""}",
      local.stream_rights,
    )])),
  )

  # API Gateway checks that it may use the function before it accepts a deployment.
  gateway_statements = var.create_gateway ? [
    "Allow dynamic-group ${local.gateway_group} to use functions-family in compartment id ${local.function_compartment}",
  ] : []

  trace_compartment = var.apm_compartment_ocid == "" ? var.compartment_ocid : var.apm_compartment_ocid
  trace_statements = local.make_function && var.apm_domain_ocid != "" ? [
    "Allow service faas to use apm-domains in compartment id ${local.trace_compartment}",
  ] : []

  # Resource Scheduler invokes as the schedule itself. Oracle's example manages the family, which is more than
  # an invocation needs.
  schedule_rights = var.narrow_permissions ? ["read fn-function", "use fn-invocation"] : ["manage functions-family"]
  schedule_statements = flatten([for schedule in oci_resource_scheduler_schedule.schedule : formatlist(
    "Allow any-user to %s in compartment id ${local.function_compartment} where all {request.principal.type='resourceschedule', request.principal.id='${schedule.id}'}",
    local.schedule_rights,
  )])

  connector_statements = local.count_told ? [
    "Allow any-user to use metrics in compartment id ${var.compartment_ocid} where all {request.principal.type='serviceconnector', target.metrics.namespace='${local.metric_namespace}', request.principal.compartment.id='${var.compartment_ocid}'}",
  ] : []

  dynamic_group_rules = merge(
    { (local.function_group) = "ALL {resource.type = 'fnfunc', resource.id = '${local.function_ocid}'}" },
    { for gateway in oci_apigateway_gateway.gateway : local.gateway_group => "ALL {resource.type = 'ApiGateway', resource.id = '${gateway.id}'}" },
  )

  own_statements = concat(
    local.function_statements, local.gateway_statements, local.schedule_statements, local.connector_statements, var.extra_policy_statements,
  )
  policy_statements = concat(local.own_statements, local.trace_statements)
}

resource "oci_identity_dynamic_group" "function" {
  provider       = oci.home
  count          = var.create_policies ? 1 : 0
  compartment_id = var.tenancy_ocid
  name           = local.function_group
  description    = "The function that sends invitations"
  matching_rule  = local.dynamic_group_rules[local.function_group]
  freeform_tags  = local.freeform_tags
}

resource "oci_identity_dynamic_group" "gateway" {
  provider       = oci.home
  count          = var.create_policies && var.create_gateway ? 1 : 0
  compartment_id = var.tenancy_ocid
  name           = local.gateway_group
  description    = "The gateway in front of the function that sends invitations"
  matching_rule  = local.dynamic_group_rules[local.gateway_group]
  freeform_tags  = local.freeform_tags
}

# In the root compartment, because its statements end in "in tenancy".
resource "oci_identity_policy" "policy" {
  provider       = oci.home
  count          = var.create_policies ? 1 : 0
  compartment_id = var.tenancy_ocid
  name           = var.name
  description    = "What the function that sends invitations may do, and who may invoke it"
  statements     = local.own_statements
  freeform_tags  = local.freeform_tags

  depends_on = [oci_identity_dynamic_group.function, oci_identity_dynamic_group.gateway]
}

# The application depends on this policy, so the policy must not refer to anything made after the application.
resource "oci_identity_policy" "traces" {
  provider       = oci.home
  count          = var.create_policies && length(local.trace_statements) > 0 ? 1 : 0
  compartment_id = var.tenancy_ocid
  name           = "${var.name}-traces"
  description    = "Traces of the function that sends invitations"
  statements     = local.trace_statements
  freeform_tags  = local.freeform_tags
}
