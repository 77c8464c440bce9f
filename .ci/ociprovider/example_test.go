package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	setting   = regexp.MustCompile(`(?m)^([a-z_]+) +=`)
	commented = regexp.MustCompile(`(?m)^# ([a-z_]+ += | |\w+$)`)
)

// TestExampleOfVariables checks that terraform.tfvars.example sets just the variables that must be edited, and that it can be
// planned, both as it is and with its commented settings.
func TestExampleOfVariables(t *testing.T) {
	t.Parallel()
	text := fileText(t, stackFolder+"/terraform.tfvars.example")
	var names []string
	for _, found := range setting.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	if want := []string{"tenancy_ocid", "compartment_ocid", "region", "image", "mode", "max_pending"}; !slices.Equal(names, want) {
		t.Errorf("it sets %v, not %v", names, want)
	}
	s := newStack(t)
	s.variables(text)
	s.must("plan")
	all := commented.ReplaceAllString(text, "$1")
	if set := setting.FindAllString(all, -1); len(set) < 20 || !strings.Contains(all, "\nYAML\n") {
		t.Errorf("only %d settings in all", len(set))
	}
	s.variables(all)
	s.must("plan")
}
