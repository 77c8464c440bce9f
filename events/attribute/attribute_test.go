package attribute_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/events/attribute"
)

func TestFault(t *testing.T) {
	for _, c := range []struct{ name, value, fault string }{
		{"id", `"1"`, ""},
		{"id", "1", "is a number, not a string"},
		{"a1", "true", ""},
		{"a1", "2147483647", ""},
		{"a1", "2147483648", "is not a 32-bit integer"},
		{"a1", "{}", "is an object, not a string, a boolean or a 32-bit integer"},
		{"aB", `""`, "is not an attribute name: use lower-case letters and digits"},
		{"", `""`, "is not an attribute name: use lower-case letters and digits"},
		{"time", `"2026-11-02t09:15:30z"`, ""},
		{"time", `"2026-11-02 09:15:30Z"`, "is not an RFC 3339 time"},
		{"source", `" "`, "is empty or not a URI reference"},
	} {
		if fault := attribute.Fault(c.name, json.RawMessage(c.value)); fault != c.fault {
			t.Errorf("%s: %s: %q, want %q", c.name, c.value, fault, c.fault)
		}
	}
}

func TestReference(t *testing.T) {
	for name, want := range map[string]string{"/s": "/s", "x y": "x y", "10.0.0.1:443": "./10.0.0.1:443", "my server: 100%": "./my%20server:%20100%25"} {
		if got := attribute.Reference(name); got != want {
			t.Errorf("%s becomes %s, want %s", name, got, want)
		}
	}
	for text, want := range map[string]bool{"x%20y": true, "x y": false, "HTTP://a": false, "10.0.0.1:443": false, "./10.0.0.1:443": true} {
		if attribute.IsReference(text) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

func TestStructuredType(t *testing.T) {
	for given, want := range map[string]string{
		"": "", "application/json": "", "application/cloudevent+json": "",
		"application/cloudevents+json":                      attribute.EventType,
		" Application/CloudEvents+JSON ; charset=utf-8":     attribute.EventType,
		"application/cloudevents+avro":                      attribute.EventType,
		"application/cloudevents-batch+json; charset=UTF-8": attribute.BatchType,
		"application/json, application/cloudevents+json":    attribute.EventType, // a proxy may have joined or quoted it
		"application/json|application/cloudevents+json":     attribute.EventType, // two headers
		`"application/cloudevents-batch+json"`:              attribute.BatchType,
	} {
		if got := attribute.StructuredType(http.Header{"Content-Type": strings.Split(given, "|")}); got != want {
			t.Errorf("%s: %q, want %q", given, got, want)
		}
	}
}

func TestInHeaders(t *testing.T) {
	for name, want := range map[string]bool{"Ce-Id": true, "ce-id": true, "CE-ID": true, "Fn-Http-H-Ce-Id": false, "Ce": false, "Cell": false} {
		if attribute.InHeaders(http.Header{name: {"1"}}) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
