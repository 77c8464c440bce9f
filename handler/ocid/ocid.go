// Package ocid tells what an OCID looks like.
//
// An OCID is ocid1.<type>.<realm>.<region or empty>[.<future use>].<unique>
// (https://docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm). The length of the unique part is not documented and
// not checked.
package ocid

import (
	"regexp"
	"strings"
)

var form = regexp.MustCompile(`^ocid1\.([a-z0-9_-]+)\.([a-z0-9-]+)\.([a-z0-9-]*)(\.[A-Za-z0-9_-]+)?\.[A-Za-z0-9_-]+$`)

// Is reports whether value is an OCID.
func Is(value string) bool { return form.MatchString(value) }

// IsOf reports whether value is an OCID of the type, such as "onstopic".
func IsOf(kind, value string) bool {
	parts := form.FindStringSubmatch(value)
	return parts != nil && parts[1] == kind
}

// IsTenancy reports whether value is the OCID of a tenancy.
func IsTenancy(value string) bool { return IsOf("tenancy", value) }

// Realm returns the part of an OCID that names the realm, such as oc1; "" if value has no such part.
func Realm(value string) string { return part(value, 2) }

// Region returns the part of an OCID that names the region, such as iad; "" if value has no such part.
func Region(value string) string { return part(value, 3) }

func part(value string, index int) string {
	parts := strings.Split(value, ".")
	if len(parts) < index+2 {
		return ""
	}
	return parts[index]
}
