# Two variables take a map or the JSON text of one, because the console of Resource Manager has no field for maps. A variable
# refuses a text that is neither empty nor JSON.
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
