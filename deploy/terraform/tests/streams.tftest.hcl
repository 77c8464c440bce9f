# A stream takes the place of a topic, with all that belongs to it. By default there is none.

variables {
  tenancy_ocid                = "ocid1.tenancy.oc1..sender"
  compartment_ocid            = "ocid1.compartment.oc1..invitations"
  region                      = "us-ashburn-1"
  image                       = "iad.ocir.io/namespace/sender-invitations:1.0.0"
  freeform_tags               = { owner = "platform" }
  detached_timeout_in_seconds = 600
}

run "none" {
  assert {
    condition = length(oci_streaming_stream.stream) == 0 && length(output.streams) == 0 && (
      !strcontains(join("\n", keys(oci_functions_function.function[0].config)), "STREAM") &&
    !strcontains(join("\n", output.policy_statements), "stream"))
    error_message = "There is a stream, or what belongs to it."
  }
}

run "results" {
  variables {
    create_result_stream = true
    dead_letter_email    = "dead-letters@example.com"
  }

  assert {
    condition = oci_functions_function.function[0].config == tomap({
      RESULT_STREAM_OCID     = oci_streaming_stream.stream["results"].id
      STREAMING_ENDPOINT     = "https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com"
      DEAD_LETTER_TOPIC_OCID = oci_ons_notification_topic.dead_letters[0].id
      ORGANIZATIONS_REGION   = "eu-frankfurt-1"
      EVENT_TYPE_PREFIX      = "senderinvitation"
      MODE                   = "dry-run"
      LOG_LEVEL              = "info"
      COMMANDS               = "poll"
    })
    error_message = "Results do not go to the stream alone, or failures not to their topic: ${jsonencode(oci_functions_function.function[0].config)}"
  }

  assert {
    condition = length(oci_streaming_stream.stream) == 1 && [for stream in oci_streaming_stream.stream : [
      stream.name, stream.compartment_id, stream.partitions, stream.retention_in_hours, stream.freeform_tags]] == [
    ["sender-invitations-results", "ocid1.compartment.oc1..invitations", 1, 168, tomap({ owner = "platform" })]]
    error_message = "The stream is not what the variables say."
  }

  assert {
    condition = length(oci_ons_notification_topic.results) == 0 && keys(output.topics) == ["alarms", "dead_letters"] && (
    jsonencode(output.streams) == jsonencode({ results = oci_streaming_stream.stream["results"].id, endpoint = "https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com" }))
    error_message = "There is a topic for results all the same, or the outputs do not tell the stream."
  }

  assert {
    condition = [for statement in output.policy_statements : statement if strcontains(statement, "stream")] == [
      "Allow dynamic-group sender-invitations-function to use stream-push in compartment id ocid1.compartment.oc1..invitations where target.stream.id='${output.streams.results}'",
      "Allow dynamic-group sender-invitations-function to read streams in compartment id ocid1.compartment.oc1..invitations where target.stream.id='${output.streams.results}'",
    ] && length([for statement in output.policy_statements : statement if strcontains(statement, "ons-topics")]) == 1
    error_message = "The function may not put messages into the stream, or may do more."
  }

  assert {
    condition = (
      strcontains(oci_monitoring_alarm.alarm["dead-letters"].query, oci_ons_notification_topic.dead_letters[0].id) &&
      oci_functions_function.function[0].failure_destination[0].kind == "NOTIFICATION" &&
      oci_ons_subscription.dead_letter_email[0].topic_id == output.topics.dead_letters
    )
    error_message = "Failures do not go on to their topic, its alarm and its mail."
  }

  assert {
    condition = contains(split("\n", output.try), "oci streaming stream message get --stream-id ${output.streams.results} --endpoint https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com --cursor \"$(oci streaming stream cursor create-cursor --stream-id ${output.streams.results} --endpoint https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com --partition 0 --type TRIM_HORIZON --query data.value --raw-output)\"") && (
    length(regexall("message get", output.try)) == 1)
    error_message = "Nobody is told how to read the stream."
  }
}

run "results_and_dead_letters" {
  variables {
    create_result_stream      = true
    create_dead_letter_stream = true
    stream_partitions         = 3
    stream_retention_in_hours = 24
  }

  assert {
    condition = { for name, value in oci_functions_function.function[0].config : name => value if strcontains(name, "STREAM") || strcontains(name, "TOPIC") } == {
      RESULT_STREAM_OCID      = oci_streaming_stream.stream["results"].id
      DEAD_LETTER_STREAM_OCID = oci_streaming_stream.stream["dead-letters"].id
      STREAMING_ENDPOINT      = "https://cell-1.streaming.us-ashburn-1.oci.oraclecloud.com"
    }
    error_message = "Results and failures do not go to their streams alone."
  }

  assert {
    condition = alltrue([for name, stream in oci_streaming_stream.stream :
    stream.name == "sender-invitations-${name}" && stream.partitions == 3 && stream.retention_in_hours == 24])
    error_message = "The streams are not what the variables say."
  }

  assert {
    condition = (
      length(oci_ons_notification_topic.results) == 0 && length(oci_ons_notification_topic.dead_letters) == 0 &&
      keys(output.topics) == ["alarms"] && keys(output.streams) == ["dead_letters", "endpoint", "results"] &&
      length([for statement in output.policy_statements : statement if strcontains(statement, "target.stream.id")]) == 4 &&
      !strcontains(join("\n", output.policy_statements), "ons-topics")
    )
    error_message = "There is a topic, or a right that nobody needs."
  }

  assert {
    condition = (
      oci_functions_function.function[0].failure_destination[0].kind == "STREAM" &&
      oci_functions_function.function[0].failure_destination[0].stream_id == output.streams.dead_letters &&
      oci_monitoring_alarm.alarm["dead-letters"].namespace == "oci_streaming" &&
      oci_monitoring_alarm.alarm["dead-letters"].metric_compartment_id == "ocid1.compartment.oc1..invitations" &&
      oci_monitoring_alarm.alarm["dead-letters"].query == "PutMessagesThroughput.Count[1m]{resourceId = \"${output.streams.dead_letters}\"}.sum() > 0"
    )
    error_message = "The alarm or the failure destination is still that of a topic."
  }
}

run "dead_letters_alone" {
  command = plan
  variables {
    create_dead_letter_stream = true
    result_topic_ocid         = "none"
  }
  assert {
    condition     = keys(oci_streaming_stream.stream) == ["dead-letters"] && output.topics.results == "none"
    error_message = "A stream for failures is made only beside one for results."
  }
}

run "wide_policies" {
  variables {
    create_result_stream      = true
    create_dead_letter_stream = true
    narrow_permissions        = false
  }
  assert {
    condition = [for statement in output.policy_statements : statement if strcontains(statement, "stream")] == [
      "Allow dynamic-group sender-invitations-function to use stream-push in compartment id ocid1.compartment.oc1..invitations",
      "Allow dynamic-group sender-invitations-function to read streams in compartment id ocid1.compartment.oc1..invitations",
    ]
    error_message = "Broad statements are missing, or are there twice."
  }
}

run "function_that_is_there" {
  variables {
    function_ocid        = "ocid1.fnfunc.oc1.iad.existing"
    image                = ""
    create_result_stream = true
  }
  assert {
    condition     = length(oci_functions_function.function) == 0 && keys(output.streams) == ["endpoint", "results"] && strcontains(output.try, "message get --stream-id ${output.streams.results}")
    error_message = "The stream is not made for a function that is there."
  }
}
