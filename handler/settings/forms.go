package settings

import (
	"cmp"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"sender-invitations/handler/command"
	"sender-invitations/handler/ocid"
)

// The forms of the settings' values.

func isTopic(value string) bool       { return ocid.IsOf("onstopic", value) }
func isTopicOrNone(value string) bool { return value == None || isTopic(value) }
func isStream(value string) bool      { return ocid.IsOf("stream", value) }

// hasForm reports whether the whole value has the form. It compiles the form only when a setting needs it, for most are unset.
func hasForm(value, form string) bool { return regexp.MustCompile("^" + form + "$").MatchString(value) }

func isPrefix(value string) bool {
	return len(value) <= 200 && hasForm(value, `[A-Za-z0-9]+([._-][A-Za-z0-9]+)*`)
}
func isRegion(value string) bool   { return hasForm(value, `[a-z]+(-[a-z0-9]+)*`) }
func isBasePath(value string) bool { return hasForm(value, `(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+`) }
func isDomain(value string) bool   { return strings.Contains(command.ASCIIDomain(value), ".") }

func isEndpoint(value string) bool {
	endpoint, err := url.Parse(value)
	if err != nil || endpoint.Hostname() == "" || endpoint.User != nil || strings.ContainsAny(value, "?#") || endpoint.Path != "" {
		return false
	}
	port, err := strconv.ParseUint(cmp.Or(endpoint.Port(), "443"), 10, 16)
	if err != nil || port == 0 || strings.HasSuffix(value, ":") {
		return false
	}
	return strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://") && isLoopback(endpoint.Hostname())
}

func isURIReference(value string) bool {
	_, err := url.Parse(value)
	return err == nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// isTenancyPattern reports whether the pattern can match the OCID of a tenancy: a denied pattern with a typo would deny none. Of a pattern
// with * it checks the characters, and the text before the first *.
func isTenancyPattern(value string) bool {
	const begin = "ocid1.tenancy."
	known, _, open := strings.Cut(strings.ToLower(value), "*")
	if !open {
		return ocid.IsTenancy(known)
	}
	return (strings.HasPrefix(known, begin) || strings.HasPrefix(begin, known)) &&
		strings.Trim(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-*") == ""
}
