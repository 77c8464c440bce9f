# Three topics: results, dead letters and commands. A stream may take the place of each of the first two. The topic of commands is never one of the others, because a function that is
# subscribed to its own results would be invoked by each of them.
locals {
  make_result_topic      = var.result_topic_ocid == "" && !var.create_result_stream
  make_dead_letter_topic = var.dead_letter_topic_ocid == "" && !var.create_dead_letter_stream

  # Empty, if a stream takes the topic's place.
  result_topic_ocid      = local.make_result_topic ? oci_ons_notification_topic.results[0].id : var.result_topic_ocid
  dead_letter_topic_ocid = local.make_dead_letter_topic ? oci_ons_notification_topic.dead_letters[0].id : var.dead_letter_topic_ocid

  existing_topics = toset([for ocid in [var.result_topic_ocid, var.dead_letter_topic_ocid, var.approval_topic_ocid] : ocid if !contains(["", "none"], ocid)])

  # The compartments that the function publishes in: a policy cannot name a topic, only its compartment.
  topic_compartments = sort(distinct(concat(
    local.make_result_topic || local.make_dead_letter_topic ? [var.compartment_ocid] : [],
    [for topic in data.oci_ons_notification_topic.existing : topic.compartment_id],
  )))

  dead_letter_compartment = contains(local.existing_topics, var.dead_letter_topic_ocid) ? (
  data.oci_ons_notification_topic.existing[var.dead_letter_topic_ocid].compartment_id) : var.compartment_ocid
}

data "oci_ons_notification_topic" "existing" {
  for_each = local.existing_topics
  topic_id = each.value
}

resource "oci_ons_notification_topic" "results" {
  count          = local.make_result_topic ? 1 : 0
  compartment_id = var.compartment_ocid
  name           = "${var.name}-results"
  description    = "Results of events and requests, as CloudEvents"
  freeform_tags  = local.freeform_tags
}

resource "oci_ons_notification_topic" "dead_letters" {
  count          = local.make_dead_letter_topic ? 1 : 0
  compartment_id = var.compartment_ocid
  name           = "${var.name}-dead-letters"
  description    = "Failed events with their originals: invoke the function with one to try again"
  freeform_tags  = local.freeform_tags
}

resource "oci_ons_subscription" "dead_letter_email" {
  count          = var.dead_letter_email == "" ? 0 : 1
  compartment_id = local.dead_letter_compartment
  topic_id       = local.dead_letter_topic_ocid
  protocol       = "EMAIL"
  endpoint       = var.dead_letter_email
  freeform_tags  = local.freeform_tags

  lifecycle {
    precondition {
      condition     = var.dead_letter_topic_ocid != "none"
      error_message = "dead_letter_email needs a topic: dead_letter_topic_ocid is none."
    }

    precondition {
      condition     = !var.create_dead_letter_stream
      error_message = "dead_letter_email needs a topic: with create_dead_letter_stream there is none."
    }
  }
}

resource "oci_ons_notification_topic" "commands" {
  count          = var.create_command_topic ? 1 : 0
  compartment_id = var.compartment_ocid
  name           = "${var.name}-commands"
  description    = "Commands and events for the function"
  freeform_tags  = local.freeform_tags
}

resource "oci_ons_subscription" "commands" {
  count          = var.create_command_topic ? 1 : 0
  compartment_id = var.compartment_ocid
  topic_id       = oci_ons_notification_topic.commands[0].id
  protocol       = "ORACLE_FUNCTIONS"
  endpoint       = local.function_ocid
  freeform_tags  = local.freeform_tags
}
