# An existing function is used unchanged. Its application is looked up for the log.
data "oci_functions_function" "existing" {
  count       = var.function_ocid == "" ? 0 : 1
  function_id = var.function_ocid
}

locals {
  make_function        = var.function_ocid == ""
  function_ocid        = local.make_function ? oci_functions_function.function[0].id : var.function_ocid
  application_ocid     = local.make_function ? oci_functions_application.application[0].id : data.oci_functions_function.existing[0].application_id
  function_compartment = local.make_function ? var.compartment_ocid : data.oci_functions_function.existing[0].compartment_id

  # Where the platform reports a detached invocation that failed.
  failures_are_told = local.make_function && var.detached_timeout_in_seconds != 0 && var.dead_letter_topic_ocid != "none"

  concurrency_step = lookup({ 128 = 40, 256 = 20 }, var.memory_in_mbs, 10)
}

# Values that are off are set explicitly, here and below. The provider keeps the old value of an argument that is left out.
resource "oci_functions_application" "application" {
  count          = local.make_function ? 1 : 0
  compartment_id = var.compartment_ocid
  display_name   = var.name
  subnet_ids     = [local.function_subnet_ocid]
  shape          = var.application_shape
  freeform_tags  = local.freeform_tags

  # The function logs one JSON object a line.
  logging {
    line_format = "JSON"
  }

  trace_config {
    domain_id  = var.apm_domain_ocid == "" ? null : var.apm_domain_ocid
    is_enabled = var.apm_domain_ocid != ""
  }

  lifecycle {
    precondition {
      condition     = local.make_function_subnet || var.function_subnet_ocid != ""
      error_message = "The function needs a subnet: set create_network, or give function_subnet_ocid."
    }
  }

  # An application takes a trace domain only if Functions may use that domain.
  depends_on = [oci_identity_policy.traces]
}

resource "oci_functions_function" "function" {
  count              = local.make_function ? 1 : 0
  application_id     = oci_functions_application.application[0].id
  display_name       = var.name
  image              = var.image
  memory_in_mbs      = var.memory_in_mbs
  timeout_in_seconds = var.timeout_in_seconds
  config             = local.config
  freeform_tags      = local.freeform_tags

  detached_mode_timeout_in_seconds = var.detached_timeout_in_seconds == 0 ? var.timeout_in_seconds : var.detached_timeout_in_seconds

  failure_destination {
    kind      = !local.failures_are_told ? "NONE" : var.create_dead_letter_stream ? "STREAM" : "NOTIFICATION"
    topic_id  = local.failures_are_told && !var.create_dead_letter_stream ? local.dead_letter_topic_ocid : null
    stream_id = local.failures_are_told && var.create_dead_letter_stream ? oci_streaming_stream.stream["dead-letters"].id : null
  }

  provisioned_concurrency_config {
    strategy = var.provisioned_concurrency == 0 ? "NONE" : "CONSTANT"
    count    = var.provisioned_concurrency == 0 ? null : var.provisioned_concurrency
  }

  trace_config {
    is_enabled = var.apm_domain_ocid != ""
  }

  lifecycle {
    precondition {
      condition     = var.image != ""
      error_message = "The function needs an image: give image, or the OCID of an existing function as function_ocid."
    }

    precondition {
      condition     = var.image == "" || contains(local.registry_regions, split(".", var.image)[0])
      error_message = "The image must be in the registry of the function's region: ${join(" or ", formatlist("%s.ocir.io", local.registry_regions))}."
    }

    precondition {
      condition     = var.provisioned_concurrency % local.concurrency_step == 0
      error_message = "provisioned_concurrency takes a multiple of ${local.concurrency_step} with ${var.memory_in_mbs} MB."
    }

    precondition {
      condition     = length(local.config_set_twice) == 0
      error_message = "extra_config must not set ${join(", ", local.config_set_twice)}: it has a variable of its own, or must stay unset."
    }

    precondition {
      condition     = !local.polls || contains(local.allowed_commands, "poll")
      error_message = "commands must have poll, which a schedule asks for: add it, or set create_poll_schedule = false."
    }

    precondition {
      condition     = var.mode != "hold" || var.result_topic_ocid != "none" || var.approval_topic_ocid != ""
      error_message = "With mode hold, creates need a topic to be approved on: give approval_topic_ocid, for result_topic_ocid is none."
    }

    precondition {
      condition     = local.config_bytes <= 4096
      error_message = "The settings are ${local.config_bytes} bytes, OCI takes 4096: put the rules into the image (RULES_FILE) or make them shorter."
    }
  }
}
