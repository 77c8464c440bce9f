package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// changes returns the planned actions of each resource that a plan changes.
func (s stack) changes() map[string]string {
	s.Helper()
	s.must("plan", "-out=plan")
	var plan struct {
		Changes []struct {
			Address string
			Change  struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(s.json("show", "-json", "plan")), &plan); err != nil {
		s.Fatal(err)
	}
	touched := map[string]string{}
	for _, one := range plan.Changes {
		if actions := strings.Join(one.Change.Actions, ", "); actions != "no-op" && actions != "read" {
			touched[one.Address] = actions
		}
	}
	return touched
}

// json returns the JSON that a command prints, without the warnings around it.
func (s stack) json(arguments ...string) string {
	s.Helper()
	for line := range strings.Lines(s.must(arguments...)) {
		if strings.HasPrefix(line, "{") || strings.HasPrefix(line, "[") {
			return line
		}
	}
	s.Fatalf("terraform %s prints no JSON", strings.Join(arguments, " "))
	return ""
}

// TestUpgradeChangesTheFunctionInPlace checks that a second apply changes nothing, and that a new image or setting changes only
// the function, in place. The payload of the schedule is read back in another spelling.
func TestUpgradeChangesTheFunctionInPlace(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	everything := append(everything[:len(everything):len(everything)], `schedule_payload = "{\"operation\": \"list\", \"limit\": 5}"`)
	s.variables(everything...)
	s.must("apply", "-auto-approve")
	if touched := s.changes(); len(touched) > 0 {
		t.Errorf("a second apply would change %v", touched)
	}

	s.variables(append(slices.Clone(everything[:3]), append([]string{
		`image = "iad.ocir.io/namespace/sender-invitations:1.0.1"`, `log_level = "debug"`,
	}, everything[4:]...)...)...)
	touched := s.changes()
	if len(touched) != 1 || touched["oci_functions_function.function[0]"] != "update" {
		t.Errorf("an upgrade would change %v", touched)
	}
	s.must("apply", "-auto-approve")
	s.must("destroy", "-auto-approve")
}

// TestCommandsToTryArePrintedAsTheyAreTyped checks that the commands of the output try can be copied from what Terraform prints: it would
// print \" for each " of a text of one line.
func TestCommandsToTryArePrintedAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(everything...)
	applied := s.must("apply", "-auto-approve", "-no-color")
	for _, printed := range []string{applied, s.must("output", "-no-color", "try")} {
		if !strings.Contains(printed, "\n"+`echo '{"operation": "doctor"}' | fn invoke `) {
			t.Errorf("nobody can copy the command for fn: %s", printed)
		}
	}
	if first, _, _ := strings.Cut(s.must("output", "-raw", "try"), "\n"); !strings.HasSuffix(first, ` --body '{"operation": "doctor"}'`) {
		t.Errorf("the first command does not ask the doctor: %s", first)
	}
}

// TestSomeVariablesMakeAnotherFunction checks which variables make another application and function, as the stack's README says.
func TestSomeVariablesMakeAnotherFunction(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(everything...)
	s.must("apply", "-auto-approve")
	apart := []string{"oci_functions_application.application[0]", "oci_functions_function.function[0]", "oci_ons_notification_topic.alarms[0]",
		"oci_ons_notification_topic.commands[0]", "oci_ons_notification_topic.dead_letters[0]", "oci_ons_notification_topic.results[0]"}
	for variable, want := range map[string][]string{
		`application_shape = "GENERIC_ARM"`:                     apart[:2],
		`function_subnet_ocid = "ocid1.subnet.oc1.iad.theirs"`:  apart[:2],
		`name = "invitations"`:                                  apart,
		`memory_in_mbs = 512`:                                   nil,
		`compartment_ocid = "ocid1.compartment.oc1..elsewhere"`: nil,
		`detached_timeout_in_seconds = 600`:                     nil,
	} {
		name, _, _ := strings.Cut(variable, " ")
		without := slices.DeleteFunc(slices.Clone(everything), func(line string) bool { return strings.HasPrefix(line, name+" ") })
		s.variables(append(without, variable)...)
		var replaced []string
		for address, actions := range s.changes() {
			if actions == "delete, create" && slices.Contains(apart, address) {
				replaced = append(replaced, address)
			}
		}
		slices.Sort(replaced)
		if !slices.Equal(replaced, want) {
			t.Errorf("%s replaces %v, not %v", variable, replaced, want)
		}
	}
}

// TestTheFirstScheduleGetsAName checks that a stack of the time when there was one schedule keeps that schedule.
func TestTheFirstScheduleGetsAName(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(everything...)
	s.must("apply", "-auto-approve")
	s.must("state", "mv", `oci_resource_scheduler_schedule.schedule["call"]`, "oci_resource_scheduler_schedule.schedule[0]")
	if touched := s.changes(); len(touched) > 0 {
		t.Errorf("an upgrade would change %v", touched)
	}
}

// TestAStreamTakesTheTopicsPlace checks what a stack that runs loses and gains with a stream for its results: the topic goes, the
// function is updated in place, and the dead letters stay as they are.
func TestAStreamTakesTheTopicsPlace(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(given...)
	s.must("apply", "-auto-approve")
	s.variables(append(given[:len(given):len(given)], `create_result_stream = true`)...)
	if touched, want := s.changes(), map[string]string{
		`oci_ons_notification_topic.results[0]`:  "delete",
		`oci_streaming_stream.stream["results"]`: "create",
		`oci_functions_function.function[0]`:     "update",
		`oci_identity_policy.policy[0]`:          "update",
	}; !maps.Equal(touched, want) {
		t.Errorf("it would change %v, not %v", touched, want)
	}
	s.must("apply", "-auto-approve")
	if touched := s.changes(); len(touched) > 0 {
		t.Errorf("a second apply would change %v", touched)
	}
}

// TestIdentityIsMadeInTheHomeRegion checks that dynamic groups and policies are made in the home region, and all else in the
// function's. It also checks the explicit dependencies: a policy on the groups that it names, the gateway's deployment on the
// policy that lets it use the function, the application on the policy that lets Functions use its APM domain.
func TestIdentityIsMadeInTheHomeRegion(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.variables(everything...)
	s.must("plan", "-out=plan")
	var plan struct {
		Configuration struct {
			Providers map[string]struct {
				Expressions struct {
					Region struct{ References []string }
				}
			} `json:"provider_config"`
			Module struct {
				Resources []struct {
					Address   string
					Mode      string
					Provider  string   `json:"provider_config_key"`
					DependsOn []string `json:"depends_on"`
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(s.json("show", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	region := plan.Configuration.Providers["oci.home"].Expressions.Region.References
	if !slices.Contains(region, "local.home_region") {
		t.Errorf("the home region's provider is in %v", region)
	}
	after := map[string][]string{
		"oci_identity_policy.policy":            {"oci_identity_dynamic_group.function", "oci_identity_dynamic_group.gateway"},
		"oci_apigateway_deployment.deployment":  {"oci_identity_policy.policy"},
		"oci_functions_application.application": {"oci_identity_policy.traces"},
	}
	for _, resource := range plan.Configuration.Module.Resources {
		want := "oci"
		if resource.Mode == "managed" && strings.HasPrefix(resource.Address, "oci_identity_") {
			want = "oci.home"
		}
		if resource.Provider != want {
			t.Errorf("%s is made by %s", resource.Address, resource.Provider)
		}
		if want := after[resource.Address]; !slices.Equal(resource.DependsOn, want) {
			t.Errorf("%s depends on %v, not on %v", resource.Address, resource.DependsOn, want)
		}
	}
}

// TestPolicyStatements checks the planned statements against tests/policies.txt, which the documents follow.
func TestPolicyStatements(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	all := append(everything[:len(everything):len(everything)], `create_result_stream = true`, `mode = "enforce"`)
	s.variables(append(all[:len(all):len(all)], `apm_domain_ocid = "ocid1.apmdomain.oc1.iad.traces"`)...)
	s.must("apply", "-auto-approve")
	planned := s.statements()
	documented := strings.Split(strings.TrimSpace(fileText(t, stackFolder+"/tests/policies.txt")), "\n")
	if !slices.Equal(planned, documented) {
		t.Errorf("planned are\n%s\ntests/policies.txt has\n%s", strings.Join(planned, "\n"), strings.Join(documented, "\n"))
	}

	for wide, want := range map[string]string{
		`narrow_permissions = false`:                                       "Allow dynamic-group sender-invitations-function to manage organizations-family in tenancy",
		`organizations_resource_type = "organizations-sender-invitations"`: strings.Replace(documented[0], "organizations-family", "organizations-sender-invitations", 1),
	} {
		s.variables(append(all[:len(all):len(all)], wide)...)
		s.must("apply", "-auto-approve")
		if statements := s.statements(); statements[0] != want {
			t.Errorf("with %s the first statement is %s", wide, statements[0])
		} else if strings.Contains(wide, "false") && containsAny(strings.Join(statements, "\n"), "request.permission", "target.stream.id") {
			t.Errorf("with %s a statement has a condition: %v", wide, statements)
		}
	}
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// TestPolicyStatementsInReadme checks that deploy/README.md lists the statements, except that for traces, which it does not turn
// on.
func TestPolicyStatementsInReadme(t *testing.T) {
	_, block, found := strings.Cut(fileText(t, "../../deploy/README.md"), "```text policies\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("deploy/README.md has no block of policies")
	}
	byHand := strings.Split(block, "\n")
	for statement := range strings.Lines(fileText(t, stackFolder+"/tests/policies.txt")) {
		statement = strings.TrimSpace(statement)
		if !strings.Contains(statement, "apm-domains") && !slices.Contains(byHand, statement) {
			t.Errorf("deploy/README.md does not have %s", statement)
		}
	}
}

// statements returns the applied policy statements, with placeholders for invented OCIDs.
func (s stack) statements() []string {
	s.Helper()
	var state struct {
		Values struct {
			Module struct {
				Resources []struct {
					Type   string
					Index  any
					Values struct {
						ID         string
						Statements []string
					}
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(s.json("show", "-json")), &state); err != nil {
		s.Fatal(err)
	}
	var statements []string
	placeholders := []string{"ocid1.compartment.oc1..invitations", "<compartment OCID>"}
	for _, resource := range state.Values.Module.Resources {
		switch resource.Type {
		case "oci_identity_policy":
			statements = append(statements, resource.Values.Statements...)
		case "oci_resource_scheduler_schedule":
			name := map[any]string{"call": "<schedule OCID>", "poll": "<poll schedule OCID>"}[resource.Index]
			placeholders = append(placeholders, resource.Values.ID, name)
		case "oci_streaming_stream":
			placeholders = append(placeholders, resource.Values.ID, "<result stream OCID>")
		}
	}
	for i, statement := range statements {
		statements[i] = strings.NewReplacer(placeholders...).Replace(statement)
	}
	return statements
}
