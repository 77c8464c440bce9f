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
		"a value":                     {"gateway.tf", `"ORACLE_FUNCTIONS_BACKEND"`, `"FUNCTIONS_BACKEND"`, `type is none of HTTP_BACKEND`},
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
			words := strings.Join(strings.Fields(strings.ReplaceAll(printed, "│", "")), " ")
			if !strings.Contains(words, test.want) {
				t.Errorf("the stack is not refused for %q, but: %s", test.want, printed)
			}
		})
	}
}
