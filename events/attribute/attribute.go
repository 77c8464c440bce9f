// Package attribute knows what CloudEvents allows as the name and the value of an attribute, and reads attributes from headers.
package attribute

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"sender-invitations/events/strict"
)

// Data, DataBase64 and DataEncoding are the members of an event in structured mode that hold or describe its data. In CloudEvents 0.3,
// datacontentencoding says that data is base64.
const (
	Data         = "data"
	DataBase64   = "data_base64"
	DataEncoding = "datacontentencoding"
)

// MaxText is the maximum size in bytes of an attribute. Published events repeat attributes and must fit in a message.
const MaxText = 2048

// maxQuoted is the maximum size of MaxText bytes in JSON, where each byte can be an escape of six bytes.
const maxQuoted = 6*MaxText + len(`""`)

var tooLong = fmt.Sprintf("is longer than %d bytes", MaxText)

// Fault returns what is wrong with a member's name (CloudEvents 1.0.2, section 3.1.1) or the type of its value
// (section 3.1.2), or "". The SDK checks less: it stops at an empty name, ignores letter case and truncates fractions.
func Fault(name string, value json.RawMessage) string {
	switch {
	case name == Data:
		return ""
	case len(value) > maxQuoted && name != DataBase64 && value[0] != '{' && value[0] != '[':
		return tooLong
	case slices.Contains(textMembers, name):
		if value[0] != '"' {
			return "is " + strict.Kind(value) + ", not a string"
		}
		return textFault(name, string(strict.Unquoted(value)))
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || name == "":
		return "is not an attribute name: use lower-case letters and digits"
	}
	switch value[0] {
	case '"', 't', 'f':
		return ""
	case '{', '[':
		return "is " + strict.Kind(value) + ", not a string, a boolean or a 32-bit integer"
	}
	var number float64
	if json.Unmarshal(value, &number) != nil || number != float64(int32(number)) {
		return "is not a 32-bit integer"
	}
	return ""
}

// textFault returns what is wrong with an attribute that is a string, or "". The SDK would drop some of these attributes,
// or not name them in its error.
func textFault(name, text string) string {
	switch name {
	case "time":
		if _, err := ParseTime(text); err != nil {
			return "is not an RFC 3339 time"
		}
	case "source":
		if _, err := url.Parse(text); err != nil || strings.TrimSpace(text) == "" {
			return "is empty or not a URI reference"
		}
	case "dataschema", "schemaurl":
		if _, err := url.Parse(text); err != nil || text == "" {
			return "is empty or not a URI"
		}
	}
	return ""
}

// textMembers are the members that must be strings.
var textMembers = []string{DataBase64, DataEncoding, "id", "source", "type", "subject", "time",
	"datacontenttype", "dataschema", "schemaurl"}

// LimitFault returns what is wrong with the text of an attribute, or "".
func LimitFault(text string) string {
	switch {
	case len(text) > MaxText:
		return tooLong
	case strings.ContainsFunc(text, unicode.IsControl): // CloudEvents 1.0.2, section 3.1.2
		return "has a control character"
	}
	return ""
}

// ParseTime parses a time of RFC 3339, in which T and Z may be lower-case letters (section 5.6).
func ParseTime(text string) (time.Time, error) {
	return time.Parse(time.RFC3339, strings.ToUpper(text))
}

// IsReserved reports whether an extension attribute may not have the name (CloudEvents 1.0.2, sections 3.1 and 3.1.1).
func IsReserved(name string) bool { return slices.Contains(reserved, name) }

var reserved = []string{"id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time", Data}

// Name converts a name to an attribute name, which has only lower-case letters and digits (CloudEvents 1.0.2,
// section 3.1.1).
func Name(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}
