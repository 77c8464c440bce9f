# The function's configuration: the settings that differ from its defaults. OCI takes 4 KB, keys and values together.
locals {
  typed_config = { for key, value in {
    ORGANIZATIONS_REGION  = var.organizations_region == "" ? local.home_region : var.organizations_region
    EVENT_TYPE_PREFIX     = var.event_type_prefix
    MODE                  = var.mode
    LOG_LEVEL             = var.log_level
    COMMANDS              = local.commands
    ALLOWED_RECIPIENTS    = var.allowed_recipients
    DENIED_RECIPIENTS     = var.denied_recipients
    ALLOWED_EMAIL_DOMAINS = var.allowed_email_domains
    MAX_PENDING           = var.max_pending == 0 ? "" : tostring(var.max_pending)
    RESEND_EXPIRED        = var.resend_expired == 0 ? "" : tostring(var.resend_expired)
    EXPIRING_DAYS         = var.expiring_days == 0 ? "" : tostring(var.expiring_days)
    APPROVAL_TOPIC_OCID   = var.approval_topic_ocid
    RULES                 = local.rules
  } : key => value if value != "" }

  # Each name depends on variables alone, so that the plan knows which settings there are.
  result_config = var.create_result_stream ? {
    RESULT_STREAM_OCID = oci_streaming_stream.stream["results"].id
    } : {
    RESULT_TOPIC_OCID = local.result_topic_ocid
  }
  dead_letter_config = var.create_dead_letter_stream ? {
    DEAD_LETTER_STREAM_OCID = oci_streaming_stream.stream["dead-letters"].id
    } : {
    DEAD_LETTER_TOPIC_OCID = local.dead_letter_topic_ocid
  }
  streaming_config = length(local.streams) == 0 ? {} : {
    STREAMING_ENDPOINT = local.streaming_endpoint
  }

  config = merge(local.extra_config, local.typed_config, local.result_config, local.dead_letter_config, local.streaming_config)

  # What a create over HTTP, and an expired invitation that is sent again, are approved by is a command.
  holds_commands = var.mode == "hold" && (var.create_gateway || var.resend_expired > 0)

  # What a schedule sends: a command, an event that is one, or a list of them.
  scheduled = flatten([for schedule in local.schedules : [for record in try(flatten([jsondecode(schedule.payload)]), []) :
    try(record.operation, one(regex("^${replace(var.event_type_prefix, ".", "\\.")}\\.([a-z]+)$", record.type)), "")
  ]])

  # What a delivery may ask for by name: no more than the parts need.
  operations       = ["create", "get", "list", "update", "cancel", "poll"]
  asked_for        = concat(var.create_command_topic || local.holds_commands ? ["create"] : [], local.scheduled)
  needed_commands  = [for operation in local.operations : operation if contains(local.asked_for, operation)]
  allowed_commands = [for name in split(",", local.commands) : trimspace(name)]
  commands         = var.commands != "" ? var.commands : length(local.needed_commands) > 0 ? join(",", local.needed_commands) : "none"
  polls            = contains(local.needed_commands, "poll")

  # An Events rule for objects needs mapping rules for them.
  rules = var.rules != "" || !var.create_event_rule || var.event_condition != "" ? var.rules : file("${path.module}/rules-objects.yaml")

  # HTTP_BASE_PATH must stay unset: the deployment's prefix is that of the API itself.
  config_set_here = ["RESULT_TOPIC_OCID", "DEAD_LETTER_TOPIC_OCID", "RESULT_STREAM_OCID", "DEAD_LETTER_STREAM_OCID", "STREAMING_ENDPOINT",
    "ORGANIZATIONS_REGION", "EVENT_TYPE_PREFIX", "MODE", "LOG_LEVEL", "COMMANDS", "ALLOWED_RECIPIENTS", "DENIED_RECIPIENTS", "ALLOWED_EMAIL_DOMAINS", "MAX_PENDING",
  "RESEND_EXPIRED", "EXPIRING_DAYS", "APPROVAL_TOPIC_OCID", "RULES", "HTTP_BASE_PATH"]
  config_set_twice = sort(setintersection(keys(local.extra_config), local.config_set_here))

  # The plan counts the bytes before the two topics or streams have their OCIDs, so it allows 160 bytes for the name and the OCID of
  # each, and as many for the endpoint of streams.
  config_text  = join("", flatten([for key, value in merge(local.extra_config, local.typed_config) : [key, value]]))
  config_bytes = 160 * (2 + length(local.streaming_config)) + (local.config_text == "" ? 0 : length(base64encode(local.config_text)) * 3 / 4 - length(regex("=*$", base64encode(local.config_text))))
}
