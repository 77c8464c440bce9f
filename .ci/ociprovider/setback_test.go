package main

import (
	"encoding/json"
	"fmt"
	"testing"
)

// TestPartsCanBeTurnedOff checks that a part is off after its variable is set back to the default. It needs a check because an
// omitted argument keeps its old value, in the provider and in its stand-in.
func TestPartsCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(append(everything[:len(everything):len(everything)], `detached_timeout_in_seconds = 600`, `provisioned_concurrency = 20`,
		`apm_domain_ocid = "ocid1.apmdomain.oc1.iad.traces"`, `schedule_payload = "{}"`)...)
	s.must("apply", "-auto-approve")
	same(t, s.parts(), []string{"concurrency CONSTANT", "detached 600", "failures NOTIFICATION", "traces true", "application's traces true",
		"payloads 1", "payloads 1", "rate limits 1"})

	s.variables(append(everything[:len(everything):len(everything)], `gateway_requests_per_second = 0`)...)
	s.must("apply", "-auto-approve")
	same(t, s.parts(), []string{"concurrency NONE", "detached 60", "failures NONE", "traces false", "application's traces false",
		"payloads 1", "payloads 1", "rate limits 1"})

	// A payload and a limit cannot be removed in place, as the stack's README says.
	s.must("apply", "-auto-approve", `-replace=oci_resource_scheduler_schedule.schedule["call"]`,
		"-replace=oci_apigateway_deployment.deployment[0]")
	same(t, s.parts(), []string{"concurrency NONE", "detached 60", "failures NONE", "traces false", "application's traces false",
		"payloads 0", "payloads 1", "rate limits 0"})
	if touched := s.changes(); len(touched) > 0 {
		t.Errorf("a second apply would change %v", touched)
	}
}

// parts returns the state of the parts that can be turned off.
func (s stack) parts() []string {
	s.Helper()
	type switched struct {
		Enabled bool `json:"is_enabled"`
	}
	var state struct {
		Values struct {
			Module struct {
				Resources []struct {
					Type   string
					Values struct {
						Detached      int                         `json:"detached_mode_timeout_in_seconds"`
						Failures      []struct{ Kind string }     `json:"failure_destination"`
						Concurrency   []struct{ Strategy string } `json:"provisioned_concurrency_config"`
						Traces        []switched                  `json:"trace_config"`
						Resources     []struct{ Parameters []any }
						Specification []struct {
							Policies []struct {
								Limits []any `json:"rate_limiting"`
							} `json:"request_policies"`
						}
					}
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(s.json("show", "-json")), &state); err != nil {
		s.Fatal(err)
	}
	var found []string
	for _, resource := range state.Values.Module.Resources {
		switch values := resource.Values; resource.Type {
		case "oci_functions_function":
			found = append(found, "concurrency "+values.Concurrency[0].Strategy, "failures "+values.Failures[0].Kind,
				fmt.Sprint("detached ", values.Detached), fmt.Sprint("traces ", values.Traces[0].Enabled))
		case "oci_functions_application":
			found = append(found, fmt.Sprint("application's traces ", values.Traces[0].Enabled))
		case "oci_resource_scheduler_schedule":
			found = append(found, fmt.Sprint("payloads ", len(values.Resources[0].Parameters)))
		case "oci_apigateway_deployment":
			found = append(found, fmt.Sprint("rate limits ", len(values.Specification[0].Policies[0].Limits)))
		}
	}
	return found
}
