# Two variables are a map or, as the console of Resource Manager has no field for maps, the JSON text of one. A text that is
# neither empty nor JSON is refused by the variable.
locals {
  freeform_tags = try(
    { for key, value in jsondecode(var.freeform_tags) : key => tostring(value) },
    { for key, value in var.freeform_tags : key => tostring(value) },
    {},
  )

  extra_config = try(
    { for key, value in jsondecode(var.extra_config) : key => tostring(value) },
    { for key, value in var.extra_config : key => tostring(value) },
    {},
  )
}
