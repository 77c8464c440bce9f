package ocid

import (
	"strings"
	"testing"
)

func TestOCID(t *testing.T) {
	for value, want := range map[string]bool{
		"ocid1.tenancy.oc1..aaaa":                        true,
		"ocid1.tenancy.oc1..a":                           true,
		"ocid1.tenancy.oc1..A_b-9":                       true,
		"ocid1.tenancy.oc1.phx.aaaa":                     true,
		"ocid1.tenancy.oc1.us-ashburn-1.f.aaaa":          true,
		"ocid1.tenancy.oc1...aaaa":                       false,
		"ocid1.tenancy.oc1..":                            false,
		"ocid1.tenancy.oc1":                              false,
		"ocid1.tenancy..aaaa":                            false,
		"ocid2.tenancy.oc1..aaaa":                        false,
		"ocid1.tenancy.oc1..aa/aa":                       false,
		"ocid1.tenancy.oc1..aaaa\n":                      false,
		" ocid1.tenancy.oc1..aaaa":                       false,
		"ocid1.tenancy.oc1.phx.f.g.aaaa":                 false,
		"ocid1.compartment.oc1..aaaa":                    false,
		"ocid1.tenancy.oc1.." + strings.Repeat("a", 300): true,
	} {
		if got := IsTenancy(value); got != want {
			t.Errorf("IsTenancy(%q) = %v", value, got)
		}
	}
}
