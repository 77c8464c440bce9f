package attribute

import "net/url"

// Reference returns the name of a source as a URI reference, which CloudEvents requires and OCI does not. It percent-encodes
// a name that is not one. It returns a name that is too long for an attribute unchanged, so that the event is refused.
func Reference(name string) string {
	if len(name) > MaxText {
		return name
	}
	if _, err := url.Parse(name); err == nil {
		return name
	}
	return (&url.URL{Path: name}).String()
}

// IsReference reports whether text is a URI reference in its normal form.
func IsReference(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.String() == text
}
