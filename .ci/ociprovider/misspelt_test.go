package main

import (
	"strings"
	"testing"
)

// TestMisspeltNamesAreRefused checks that unknown names are refused. So a valid stack uses only names of the provider.
func TestMisspeltNamesAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ file, old, new, want string }{
		"a resource":            {"schedule.tf", `resource "oci_resource_scheduler_schedule"`, `resource "oci_resourcescheduler_schedule"`, `does not support resource type`},
		"a data source":         {"function.tf", `data "oci_functions_function"`, `data "oci_functions_fn"`, `does not support data source`},
		"an argument":           {"function.tf", "memory_in_mbs      =", "memory_in_mb       =", `An argument named "memory_in_mb" is not expected here`},
		"an argument left out":  {"gateway.tf", `  endpoint_type  = var.gateway_endpoint_type`, ``, `The argument "endpoint_type" is required`},
		"a block":               {"function.tf", "  logging {", "  log {", `Blocks of type "log" are not expected here`},
		"a block within blocks": {"gateway.tf", "        validation_policy {", "        validation {", `Blocks of type "validation" are not expected here`},
		"an argument of a block within blocks": {"gateway.tf", "rate_in_requests_per_second =", "rate_in_requests_per_minute =",
			`An argument named "rate_in_requests_per_minute" is not expected here`},
		"a second block of one at most": {"gateway.tf", "  specification {", "  specification {}\n  specification {", `Too many specification blocks`},
		"an attribute": {"function.tf", "? oci_functions_application.application[0].id", "? oci_functions_application.application[0].ocid",
			`This object has no argument, nested block, or exported attribute named "ocid"`},
		"an attribute of a data source": {"function.tf", "existing[0].application_id", "existing[0].application",
			`This object has no argument, nested block, or exported attribute named "application"`},
		"a type":                      {"events.tf", "  is_enabled     = true", `  is_enabled     = "yes"`, `a bool is required`},
		"an argument of the provider": {"versions.tf", "  region = var.region", "  home_region = var.region", `An argument named "home_region" is not expected here`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.replace(test.file, test.old, test.new)
			printed, ok := s.terraform("validate", "-no-color")
			if ok {
				t.Fatal("the stack is valid")
			}
			says(t, printed, test.want)
		})
	}
}

// says checks that Terraform has printed a text, however it has broken the lines.
func says(t *testing.T, printed, want string) {
	t.Helper()
	if words := strings.Join(strings.Fields(strings.ReplaceAll(printed, "│", "")), " "); !strings.Contains(words, want) {
		t.Errorf("%q is not said, but: %s", want, printed)
	}
}

// TestUnknownValuesAreRefused checks that a value which the service does not know is refused when it is applied. Before, the provider
// looks at few values.
func TestUnknownValuesAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ file, old, new, want string }{
		"in a block":                  {"function.tf", `line_format = "JSON"`, `line_format = "YAML"`, "line_format is none of JSON, PLAIN_TEXT: YAML"},
		"in a block for each element": {"gateway.tf", `"ORACLE_FUNCTIONS_BACKEND"`, `"FUNCTIONS_BACKEND"`, "type is none of HTTP_BACKEND"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.variables(everything...)
			s.replace(test.file, test.old, test.new)
			s.must("validate")
			printed, ok := s.terraform("apply", "-auto-approve", "-no-color")
			if ok {
				t.Fatal("the stack is applied")
			}
			says(t, printed, test.want)
		})
	}
}

// TestDeprecatedNamesAreWarnedOf checks that validate warns of what the provider deprecates. make terraform-check fails on the
// warning.
func TestDeprecatedNamesAreWarnedOf(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	const deprecated = "Argument is deprecated"
	if printed := s.must("validate", "-no-color"); strings.Contains(printed, deprecated) {
		t.Error(printed)
	}
	s.replace("events.tf", "    action {", "    actions {")
	says(t, s.must("validate", "-no-color"), deprecated)
}
