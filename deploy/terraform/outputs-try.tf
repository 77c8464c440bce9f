# Commands to try the stack. <token> is a token that the gateway accepts. They are one text, for Terraform prints a text of several lines
# as it is. Of other texts it prints each " as \", which no shell takes back.
output "try" {
  description = "How to try it, in this order."
  value = join("", [for command in concat(
    ["oci fn function invoke --function-id ${local.function_ocid} --file - --body '{\"operation\": \"doctor\"}'"],
    local.make_function ? [
      "echo '{\"operation\": \"doctor\"}' | fn invoke ${oci_functions_application.application[0].display_name} ${oci_functions_function.function[0].display_name}"
    ] : [],
    contains(local.allowed_commands, "list") ? ["oci fn function invoke --function-id ${local.function_ocid} --file - --body '{\"operation\": \"list\"}'"] : [],
    [for topic in oci_ons_notification_topic.commands :
    "oci ons message publish --topic-id ${topic.id} --body '{\"operation\": \"create\", \"recipientTenancyId\": \"<tenancy OCID>\"}'" if contains(local.allowed_commands, "create")],
    var.create_event_rule && var.event_condition == "" ? ["echo signup | oci os object put --bucket-name ${var.event_bucket} --name '<tenancy OCID>' --file -"] : [],
    flatten([for gateway in oci_apigateway_gateway.gateway : [
      "curl https://${gateway.hostname}/20230401/health",
      "curl -H 'Authorization: Bearer <token>' 'https://${gateway.hostname}/20230401/senderInvitations?compartmentId=${var.tenancy_ocid}'"
    ]]),
    [for stream in oci_streaming_stream.stream :
    "oci streaming stream message get --stream-id ${stream.id} --endpoint ${stream.messages_endpoint} --cursor \"$(oci streaming stream cursor create-cursor --stream-id ${stream.id} --endpoint ${stream.messages_endpoint} --partition 0 --type TRIM_HORIZON --query data.value --raw-output)\""],
    contains(local.allowed_commands, "poll") ? ["oci fn function invoke --function-id ${local.function_ocid} --file - --body '{\"operation\": \"poll\"}'"] : [],
  ) : "${command}\n"])
}
