// Package ocid tells what an OCID looks like, and which OCIDs name the same resource.
//
// An OCID is ocid1.<type>.<realm>.<region or empty>[.<future use>].<unique>
// (https://docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm). The length of the unique part is not documented. It is
// not checked, except that an OCID is at most [MaxLength] long.
package ocid

import (
	"regexp"
	"strings"
	"unicode"
)

// MaxLength is the maximum length of an OCID in bytes. It is far above that of any OCID, and bounds the time of a check.
const MaxLength = 1024

var form = regexp.MustCompile(`^ocid1\.([a-z0-9_-]+)\.([a-z0-9-]+)\.([a-z0-9-]*)(\.[A-Za-z0-9_-]+)?\.[A-Za-z0-9_-]+$`)

// Is reports whether value is an OCID.
func Is(value string) bool { return len(value) <= MaxLength && form.MatchString(value) }

// IsOf reports whether value is an OCID of the type, such as "onstopic".
func IsOf(kind, value string) bool { return Is(value) && part(value, 1) == kind }

// IsTenancy reports whether value is the OCID of a tenancy.
func IsTenancy(value string) bool { return IsOf("tenancy", value) }

// Same reports whether two OCIDs name the same resource: type, realm and unique part are the same. The parts between them, and letter case,
// do not matter. A pattern with * is not an OCID.
func Same(one, other string) bool {
	identity := identityOf(one)
	return identity != "" && identity == identityOf(other)
}

// Plain returns the plain form of all OCIDs of the same resource: in lower case, with nothing between the realm and the unique part. It
// returns the value itself if it is no OCID.
func Plain(value string) string {
	parts := strings.Split(identityOf(value), ".")
	if len(parts) != 3 {
		return value
	}
	return "ocid1." + parts[0] + "." + parts[1] + ".." + parts[2]
}

func identityOf(value string) string {
	parts := strings.Split(strings.ToLower(value), ".")
	if len(parts) < 5 || len(parts) > 6 || strings.Contains(value, "*") {
		return ""
	}
	return parts[1] + "." + parts[2] + "." + parts[len(parts)-1]
}

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

// Around says which blanks or line ends stand around a value, as in "a blank at its start"; "" if there are none. They cannot be seen where
// the value is shown.
func Around(value string) string {
	text := strings.TrimSpace(value)
	start, end, _ := strings.Cut(value, text)
	var found []string
	for place, blanks := range []string{start, end} {
		if blanks == "" {
			continue
		}
		kind := "a blank"
		if strings.ContainsFunc(blanks, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }) {
			kind = "a line end"
		}
		found = append(found, kind+[]string{" at its start", " at its end"}[place])
	}
	return strings.Join(found, " and ")
}
