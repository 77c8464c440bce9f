package events

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
)

// decodeOCIEvent reads the envelope of the OCI Events service, which is that of CloudEvents 0.1, older than anything
// that the CloudEvents SDK reads
// (https://docs.oracle.com/iaas/Content/Events/Reference/eventenvelopereference.htm).
func decodeOCIEvent(found object) (event.Event, error) {
	envelope := ociEnvelope{members: found}
	e := event.New(event.CloudEventsVersionV1)
	if version := envelope.text("cloudEventsVersion"); envelope.err == nil && version != "0.1" {
		return e, Undecodable(fmt.Sprintf("OCI Events envelope: cloudEventsVersion is %q, known is 0.1", shorten(version)))
	}
	e.SetID(envelope.required("eventID"))
	e.SetType(envelope.required("eventType"))
	e.SetSource(reference(envelope.required("source")))
	if at := envelope.time("eventTime"); !at.IsZero() {
		e.SetTime(at)
	}
	envelope.data(&e)
	if version := envelope.text("eventTypeVersion"); version != "" {
		e.SetExtension("eventtypeversion", version)
	}
	err := cmp.Or(envelope.err, setExtensions(&e, "extensions", found["extensions"]))
	return finish("OCI Events envelope", e, err)
}

// reference is the name of a source, which OCI gives as it is, as the URI reference that CloudEvents wants: a name that is
// none is percent-encoded. One that is too long for an attribute is left to be refused as that.
func reference(name string) string {
	if len(name) > maxText {
		return name
	}
	if _, err := url.Parse(name); err == nil {
		return name
	}
	return (&url.URL{Path: name}).String()
}

// ociEnvelope reads members one by one and keeps the first fault, so that the mapping above reads as a table.
type ociEnvelope struct {
	members object
	err     error
}

func (o *ociEnvelope) fail(format string, args ...any) {
	if o.err == nil {
		o.err = Undecodable(fmt.Sprintf(format, args...))
	}
}

// text is a string member; unset and null are "".
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

func (o *ociEnvelope) required(name string) string {
	value := o.text(name)
	if strings.TrimSpace(value) == "" {
		o.fail("%s is missing or empty", name)
	}
	return value
}

func (o *ociEnvelope) time(name string) time.Time {
	text := o.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		o.fail("%s is not a time as in RFC 3339", name)
	}
	return at
}

// data takes over the member data as it is, and its resourceId, which may be an OCID or a path, as the subject.
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
	for name, value := range Members(raw) {
		if string(name) != "resourceId" || string(value) == "null" {
			continue
		}
		if value[0] != '"' {
			o.fail("data.resourceId is %s, not a string", kindOf(value))
		}
		e.SetSubject(string(unquoted(value)))
	}
}

// setExtensions makes extension attributes of the members of an object, which is called place in errors. Their names
// lose what a CloudEvents name may not have.
func setExtensions(e *event.Event, place string, raw json.RawMessage) error {
	if raw == nil || string(raw) == "null" {
		return nil
	}
	found, err := membersOf(place, raw)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(found)) { // in one order, so that the first fault is always the same
		if raw := found[name]; string(raw) != "null" {
			if err := setExtension(e, place+"."+shorten(name), name, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

func setExtension(e *event.Event, place, name string, raw json.RawMessage) error {
	var value any
	if raw[0] == '{' || raw[0] == '[' {
		return Undecodable(fmt.Sprintf("%s is %s, not a string, number or boolean", place, kindOf(raw)))
	}
	err := json.Unmarshal(raw, &value)
	if number, ok := value.(float64); err != nil || ok && number != float64(int32(number)) {
		value = string(raw) // CloudEvents knows 32-bit integers only
	}
	name = extensionName(name)
	if name == "" {
		return Undecodable(place + " has no letter or digit that an attribute could be called by")
	}
	if _, taken := e.Extensions()[name]; taken || slices.Contains(reservedNames, name) {
		return Undecodable(fmt.Sprintf("%s cannot be the attribute %s, for there is one already", place, shorten(name)))
	}
	e.SetExtension(name, value)
	return nil
}

// reservedNames are those that no extension attribute may have (CloudEvents 1.0.2, sections 3.1 and 3.1.1).
var reservedNames = []string{"id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time", dataMember}

// extensionName keeps the lower-case letters and digits of a name
// (CloudEvents 1.0.2, section 3.1.1, naming of attributes).
func extensionName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}
