# A stream takes the place of a topic where 60 messages a minute are too few. The function takes one of them for the same events.
# With a compartment and no pool, Streaming puts each stream into the compartment's default pool. So all have the same endpoint,
# of which the function takes one.
locals {
  streams = toset(concat(
    var.create_result_stream ? ["results"] : [],
    var.create_dead_letter_stream ? ["dead-letters"] : [],
  ))

  streaming_endpoint = one(distinct([for stream in oci_streaming_stream.stream : stream.messages_endpoint]))
}

resource "oci_streaming_stream" "stream" {
  for_each           = local.streams
  compartment_id     = var.compartment_ocid
  name               = "${var.name}-${each.key}"
  partitions         = var.stream_partitions
  retention_in_hours = var.stream_retention_in_hours
  freeform_tags      = local.freeform_tags

  lifecycle {
    precondition {
      condition     = !var.create_result_stream || var.result_topic_ocid == ""
      error_message = "Results go to a topic or to a stream: leave result_topic_ocid empty with create_result_stream."
    }

    precondition {
      condition     = !var.create_dead_letter_stream || var.dead_letter_topic_ocid == ""
      error_message = "Failures go to a topic or to a stream: leave dead_letter_topic_ocid empty with create_dead_letter_stream."
    }
  }
}
