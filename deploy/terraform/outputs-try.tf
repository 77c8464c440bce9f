# Commands to try the stack. <token> is a token that the gateway accepts.
output "try" {
  description = "How to try it, in this order."
  value = merge(
    { doctor = "oci fn function invoke --function-id ${local.function_ocid} --file - --body '{\"operation\": \"doctor\"}'" },
    local.make_function ? {
      doctor_by_fn = "echo '{\"operation\": \"doctor\"}' | fn invoke ${oci_functions_application.application[0].display_name} ${oci_functions_function.function[0].display_name}"
    } : {},
    contains(local.allowed_commands, "list") ? { list = "oci fn function invoke --function-id ${local.function_ocid} --file - --body '{\"operation\": \"list\"}'" } : {},
    contains(local.allowed_commands, "poll") ? { poll = "oci fn function invoke --function-id ${local.function_ocid} --file - --body '{\"operation\": \"poll\"}'" } : {},
    { for topic in oci_ons_notification_topic.commands :
    "command" => "oci ons message publish --topic-id ${topic.id} --body '{\"operation\": \"create\", \"recipientTenancyId\": \"<tenancy OCID>\"}'" if contains(local.allowed_commands, "create") },
    var.create_event_rule && var.event_condition == "" ? {
      object = "echo signup | oci os object put --bucket-name ${var.event_bucket} --name '<tenancy OCID>' --file -"
    } : {},
    { for name, stream in oci_streaming_stream.stream : "read_${replace(name, "-", "_")}" =>
    "oci streaming stream message get --stream-id ${stream.id} --endpoint ${stream.messages_endpoint} --cursor \"$(oci streaming stream cursor create-cursor --stream-id ${stream.id} --endpoint ${stream.messages_endpoint} --partition 0 --type TRIM_HORIZON --query data.value --raw-output)\"" },
    merge([for gateway in oci_apigateway_gateway.gateway : {
      health          = "curl https://${gateway.hostname}/20230401/health"
      list_by_gateway = "curl -H 'Authorization: Bearer <token>' 'https://${gateway.hostname}/20230401/senderInvitations?compartmentId=${var.tenancy_ocid}'"
    }]...),
  )
}
