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

// isOCIDPattern reports whether value can match a tenancy's OCID: nothing but the letters of OCIDs and *.
func isOCIDPattern(value string) bool {
	return value != "" && strings.Trim(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-*") == ""
}
