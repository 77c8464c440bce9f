package handler

import (
	"regexp"
	"strings"
)

// An OCID is ocid1.<type>.<realm>.<region or empty>[.<future use>].<unique>
// (https://docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm). The length of the unique part is not
// documented and not checked.
var ocidForm = regexp.MustCompile(`^ocid1\.([a-z0-9_-]+)\.([a-z0-9-]+)\.([a-z0-9-]*)(\.[A-Za-z0-9_-]+)?\.[A-Za-z0-9_-]+$`)

// isOCID reports whether value is an OCID; of the given type, unless that is "".
func isOCID(value, kind string) bool {
	parts := ocidForm.FindStringSubmatch(value)
	return parts != nil && (kind == "" || parts[1] == kind)
}

func isTenancy(value string) bool { return isOCID(value, "tenancy") }

// realm is the part of an OCID that names the realm, such as oc1.
func realm(ocid string) string {
	parts := strings.SplitN(ocid, ".", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[2]
}

// isTenancyPattern reports whether value can match the OCID of a tenancy: it is one, letter case aside, or becomes one by what
// its asterisks stand for, as far as its beginning tells. A pattern that matches none, for a typo, would deny nobody.
func isTenancyPattern(value string) bool {
	const begin = "ocid1.tenancy."
	known, _, open := strings.Cut(strings.ToLower(value), "*")
	if !open {
		return isTenancy(known)
	}
	return (strings.HasPrefix(known, begin) || strings.HasPrefix(begin, known)) &&
		strings.Trim(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-*") == ""
}
