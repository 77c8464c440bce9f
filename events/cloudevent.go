package events

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// decodeCloudEvent decodes an event in structured mode (CloudEvents 1.0 or 0.3, JSON format) and converts it to 1.0.
func decodeCloudEvent(found object) (decoded, error) {
	e, err := readCloudEvent(found)
	return finish("CloudEvents event", e, found.identity(), err)
}

// identity returns the identity of an event of CloudEvents 1.0 or 0.3.
func (o object) identity() Identity { return Identity{o.exact("source"), o.exact("id")} }

func readCloudEvent(found object) (event.Event, error) {
	version := string(strict.Unquoted(found[cloudEventMember]))
	if given := found[cloudEventMember]; given[0] != '"' {
		return event.Event{}, Undecodable(notText(cloudEventMember, given, event.CloudEventsVersionV1, event.CloudEventsVersionV03))
	}
	if version != event.CloudEventsVersionV1 && version != event.CloudEventsVersionV03 {
		given := private.Shorten(string(found[cloudEventMember]))
		return event.Event{}, Undecodable(fmt.Sprintf(`specversion is %s; supported are "1.0" and "0.3"`, given))
	}
	// A null attribute is unset (CloudEvents JSON format 1.0.2, section 2.2). Data may be null.
	maps.DeleteFunc(found, func(name string, value json.RawMessage) bool {
		return name != attribute.Data && string(value) == "null"
	})
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if fault := attribute.Fault(name, found[name]); fault != "" {
			return event.Event{}, Undecodable(private.Shorten(name) + ": " + fault)
		}
	}
	if version == event.CloudEventsVersionV03 && found["dataschema"] != nil {
		return event.Event{}, Undecodable("dataschema: is not an attribute of CloudEvents 0.3; use schemaurl")
	}
	if at := found["time"]; at != nil {
		found["time"] = strict.Quote(strings.ToUpper(string(strict.Unquoted(at)))) // the SDK takes no lower-case t and z
	}
	content, err := takeContent(found, version)
	if err != nil {
		return event.Event{}, err
	}
	e, err := readAttributes(found)
	if err == nil {
		err = content.put(&e)
	}
	return e, err
}

// readAttributes decodes the attributes with the CloudEvents SDK and converts them to 1.0.
func readAttributes(found object) (e event.Event, err error) {
	defer func() {
		if recover() != nil { // the SDK panics on some members of the wrong type
			err = Undecodable("a member has the wrong type")
		}
	}()
	encoded, err := strict.Marshal(found)
	if err != nil {
		return e, err
	}
	if err := e.UnmarshalJSON(encoded); err != nil {
		return e, err
	}
	e.Context = e.Context.AsV1()
	return e, nil
}

// notText returns the error for a version that is not a string, such as 1.0 without quotation marks.
func notText(name string, value []byte, supported ...string) string {
	given, remedy := strict.Kind(value), supported[0]
	if value[0] == '-' || value[0] >= '0' && value[0] <= '9' {
		given = "the number " + private.Shorten(string(value))
	}
	if slices.Contains(supported, string(value)) {
		remedy = string(value)
	}
	return fmt.Sprintf(`%s is %s, not a string; write "%s": "%s", with the quotation marks`, name, given, name, remedy)
}

// content is the data of an event in structured mode, not decoded.
type content struct {
	value  json.RawMessage // nil if there is no data
	base64 bool
}

// takeContent removes the data from the members and returns it.
func takeContent(found object, version string) (content, error) {
	c := content{value: found[attribute.Data]}
	delete(found, attribute.Data)
	if encoding := found[attribute.DataEncoding]; encoding != nil && version == event.CloudEventsVersionV03 {
		if string(strict.Unquoted(encoding)) != event.Base64 {
			return c, Undecodable(attribute.DataEncoding + ": is not base64, the only supported encoding")
		}
		delete(found, attribute.DataEncoding)
		c.base64 = c.value != nil
	}
	if encoded := found[attribute.DataBase64]; encoded != nil {
		if c.value != nil && string(c.value) != "null" {
			return c, Undecodable(attribute.Data + " and " + attribute.DataBase64 + " exclude each other")
		}
		delete(found, attribute.DataBase64)
		c = content{encoded, true}
	}
	return c, nil
}

// put sets the event's data. It keeps JSON as it is, without a copy.
func (c content) put(e *event.Event) error {
	switch {
	case c.value == nil:
	case c.base64:
		decoded, err := base64.StdEncoding.DecodeString(string(strict.Unquoted(c.value)))
		if err != nil || c.value[0] != '"' {
			return Undecodable("data: is not base64")
		}
		return putBytes(e, decoded)
	case isJSON(*e):
		e.DataEncoded = c.value
	case string(c.value) == "null": // no data
	case c.value[0] != '"':
		return Undecodable(fmt.Sprintf("data: is %s, but datacontenttype %s requires a string",
			strict.Kind(c.value), private.Shorten(e.DataContentType())))
	default:
		e.DataEncoded = strict.Unquoted(c.value)
	}
	return nil
}

// putBytes sets the event's data to decoded bytes. If the event says that they are JSON, putBytes checks that.
func putBytes(e *event.Event, data []byte) error {
	e.DataEncoded, e.DataBase64 = data, true
	if e.DataContentType() == "" || !isJSON(*e) {
		return nil
	}
	e.DataBase64 = false
	return checkJSON("data", data, 1)
}

// isJSON reports whether the event's data is JSON (CloudEvents JSON format 1.0.2, section 3.1).
func isJSON(e event.Event) bool { return isJSONType(e.DataContentType()) }

func isJSONType(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	return media == "" || strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json")
}

// attributeFaults returns the error's text in one line. It sorts the faults of a validation error by attribute; the SDK
// writes each on a line of its own, in random order.
func attributeFaults(err error) string {
	if fault, ok := errors.AsType[*Error](err); ok {
		return fault.Message
	}
	faults, ok := errors.AsType[event.ValidationError](err)
	if !ok {
		return private.Shorten(strings.Join(strings.Fields(err.Error()), " "))
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		lines = append(lines, fmt.Sprintf("%s: %s", name, faults[name]))
	}
	return strings.Join(lines, "; ")
}
