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

func TestSame(t *testing.T) {
	const one = "ocid1.tenancy.oc1..aaaa"
	for other, want := range map[string]bool{
		one:                               true,
		"ocid1.tenancy.oc1.iad.aaaa":      true,
		"ocid1.tenancy.oc1.iad.next.aaaa": true,
		"ocid1.tenancy.oc1..next.AAAA":    true,
		"OCID1.TENANCY.OC1..AAAA":         true,
		"ocid1.tenancy.oc1..aaab":         false,
		"ocid1.tenancy.oc2..aaaa":         false,
		"ocid1.compartment.oc1..aaaa":     false,
		"ocid1.tenancy.oc1.aaaa":          false,
		"ocid1.tenancy.oc1.a.b.c.aaaa":    false,
		"ocid1.tenancy.oc1.*.aaaa":        false,
		"":                                false,
	} {
		if got := Same(one, other); got != want || Same(other, one) != want {
			t.Errorf("Same(%q, %q) = %v", one, other, got)
		}
	}
	if Same("", "") || Same("*", "*") {
		t.Error("a text that is no OCID is the same as itself")
	}
}

func TestAround(t *testing.T) {
	for value, want := range map[string]string{
		"":          "",
		"a b":       "",
		" a":        "a blank at its start",
		"a\t":       "a blank at its end",
		"a\n":       "a line end at its end",
		"\u00a0a\r": "a blank at its start and a line end at its end",
		" \r\na a ": "a line end at its start and a blank at its end",
		" ":         "a blank at its end",
	} {
		if got := Around(value); got != want {
			t.Errorf("Around(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for value, want := range map[string]string{
		"ocid1.tenancy.oc1..aaaa":           "ocid1.tenancy.oc1..aaaa",
		"OCID1.tenancy.oc1.iad.future.AAAA": "ocid1.tenancy.oc1..aaaa",
		"ocid1.tenancy.oc1.iad.*":           "ocid1.tenancy.oc1.iad.*",
		"ocid1.tenancy.oc1..a_b-9":          "ocid1.tenancy.oc1..a_b-9",
		"ocid1.tenancy.oc1..aaaA":           "ocid1.tenancy.oc1..aaaa",
		"acme":                              "acme",
		"":                                  "",
	} {
		if got := Plain(value); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}
