package events

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// decodeOCIEvent decodes the envelope of the OCI Events service
// (https://docs.oracle.com/iaas/Content/Events/Reference/eventenvelopereference.htm). It follows CloudEvents 0.1,
// which the CloudEvents SDK does not support.
func decodeOCIEvent(found object) (decoded, error) {
	if version := found[ociEventMember]; version[0] != '"' {
		return decoded{}, Undecodable("OCI Events envelope: " + notText(ociEventMember, version, "0.1"))
	}
	envelope := ociEnvelope{members: found}
	e := event.New(event.CloudEventsVersionV1)
	if version := envelope.text("cloudEventsVersion"); envelope.err == nil && version != "0.1" {
		return decoded{}, Undecodable(fmt.Sprintf("OCI Events envelope: cloudEventsVersion is %q; supported is 0.1", private.Shorten(version)))
	}
	e.SetID(envelope.required("eventID"))
	e.SetType(envelope.required("eventType"))
	e.SetSource(attribute.Reference(envelope.required("source")))
	if at := envelope.time("eventTime"); !at.IsZero() {
		e.SetTime(at)
	}
	envelope.data(&e)
	if version := envelope.text("eventTypeVersion"); version != "" {
		e.SetExtension("eventtypeversion", version)
	}
	err := cmp.Or(envelope.err, setExtensions(&e, "extensions", found["extensions"]))
	return finish("OCI Events envelope", e, Identity{found.exact("source"), found.exact("eventID")}, err)
}

// ociEnvelope reads members one by one and keeps the first error, so that decodeOCIEvent reads like a table.
type ociEnvelope struct {
	members object
	err     error
}

// fail keeps the error if it is the first.
func (o *ociEnvelope) fail(format string, args ...any) {
	if o.err == nil {
		o.err = Undecodable(fmt.Sprintf(format, args...))
	}
}

// text returns a string member, or "" if it is missing or null.
func (o *ociEnvelope) text(name string) string {
	var value *string
	if raw, ok := o.members[name]; ok && json.Unmarshal(raw, &value) != nil {
		o.fail("%s is not a string", name)
	}
	if value == nil {
		return ""
	}
	return *value
}

// required returns a string member that must not be blank.
func (o *ociEnvelope) required(name string) string {
	value := o.text(name)
	if strings.TrimSpace(value) == "" {
		o.fail("%s is missing or empty", name)
	}
	return value
}

// time returns a member that is a time, or the zero time if it is missing, null or empty.
func (o *ociEnvelope) time(name string) time.Time {
	text := o.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := attribute.ParseTime(text)
	if err != nil {
		o.fail("%s is not an RFC 3339 time", name)
	}
	return at
}

// data sets the event's data to the member data, and the subject to its resourceId, which may be an OCID or a path.
func (o *ociEnvelope) data(e *event.Event) {
	raw, ok := o.members["data"]
	if !ok {
		return
	}
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = raw
	if raw[0] != '{' {
		return
	}
	for name, value := range strict.Members(raw) {
		if string(name) != "resourceId" || string(value) == "null" {
			continue
		}
		if value[0] != '"' {
			o.fail("data.resourceId is %s, not a string", strict.Kind(value))
		}
		e.SetSubject(string(strict.Unquoted(value)))
	}
}

// setExtensions turns the members of an object into extension attributes. It removes the characters from their names that
// CloudEvents does not allow. Errors call the object place.
func setExtensions(e *event.Event, place string, raw json.RawMessage) error {
	if raw == nil || string(raw) == "null" {
		return nil
	}
	found, err := membersOf(place, raw)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(found)) { // sorted, so that the first error is always the same
		if raw := found[name]; string(raw) != "null" {
			if err := setExtension(e, place+"."+private.Shorten(name), name, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// setExtension turns one member into an extension attribute.
func setExtension(e *event.Event, place, name string, raw json.RawMessage) error {
	var value any
	if raw[0] == '{' || raw[0] == '[' {
		return Undecodable(fmt.Sprintf("%s is %s, not a string, number or boolean", place, strict.Kind(raw)))
	}
	err := json.Unmarshal(raw, &value)
	if number, ok := value.(float64); err != nil || ok && number != float64(int32(number)) {
		value = string(raw) // CloudEvents has only 32-bit integers
	}
	name = attribute.Name(name)
	if name == "" {
		return Undecodable(place + " has no letter or digit for an attribute name")
	}
	if _, taken := extensionsOf(*e)[name]; taken || attribute.IsReserved(name) {
		return Undecodable(fmt.Sprintf("%s cannot become the attribute %s, which exists already", place, private.Shorten(name)))
	}
	e.SetExtension(name, value)
	return nil
}
