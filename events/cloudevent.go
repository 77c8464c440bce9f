package events

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
)

// The members of a structured event that are not attributes, and the attribute by which CloudEvents 0.3 tells that
// data is base64.
const (
	dataMember       = "data"
	dataBase64Member = "data_base64"
	encodingMember   = "datacontentencoding"
)

// decodeCloudEvent reads a structured event (CloudEvents 1.0 or 0.3, JSON format) and raises it to 1.0. The SDK reads
// the attributes.
func decodeCloudEvent(found object) (event.Event, error) {
	e, err := readCloudEvent(found)
	return finish("CloudEvents event", e, err)
}

func readCloudEvent(found object) (event.Event, error) {
	version := string(unquoted(found[cloudEventMember]))
	if version != event.CloudEventsVersionV1 && version != event.CloudEventsVersionV03 {
		return event.Event{}, Undecodable(fmt.Sprintf(`specversion is %s, known are "1.0" and "0.3"`, shorten(string(found[cloudEventMember]))))
	}
	// A member that is null is unset (CloudEvents JSON format 1.0.2, section 2.2); data may be null.
	maps.DeleteFunc(found, func(name string, value json.RawMessage) bool { return name != dataMember && string(value) == "null" })
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if fault := memberFault(name, found[name]); fault != "" {
			return event.Event{}, Undecodable(shorten(name) + ": " + fault)
		}
	}
	if version == event.CloudEventsVersionV03 && found["dataschema"] != nil {
		return event.Event{}, Undecodable("dataschema: is no attribute of CloudEvents 0.3, where it is schemaurl")
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

func readAttributes(found object) (e event.Event, err error) {
	defer func() {
		if recover() != nil { // the SDK's reader panics on some members of the wrong type
			err = Undecodable("a member has the wrong type")
		}
	}()
	encoded, err := Marshal(found)
	if err != nil {
		return e, err
	}
	if err := e.UnmarshalJSON(encoded); err != nil {
		return e, err
	}
	e.Context = e.Context.AsV1()
	return e, nil
}

// memberFault says what is wrong with a member of a structured event: its name (CloudEvents 1.0.2, section 3.1.1) or
// the type of its value (section 3.1.2). The SDK's reader is laxer: it stops at an empty name, folds letter case and
// cuts fractions off.
func memberFault(name string, value json.RawMessage) string {
	switch {
	case name == dataMember:
		return ""
	case len(value) > maxQuoted && name != dataBase64Member && value[0] != '{' && value[0] != '[':
		return tooLong
	case slices.Contains(textMembers, name):
		if value[0] != '"' {
			return "is " + kindOf(value) + ", not a string"
		}
		return textFault(name, string(unquoted(value)))
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || name == "":
		return "is no name of an attribute: lower-case letters and digits"
	}
	switch value[0] {
	case '"', 't', 'f':
		return ""
	case '{', '[':
		return "is " + kindOf(value) + ", not a string, a boolean or a 32-bit integer"
	}
	var number float64
	if json.Unmarshal(value, &number) != nil || number != float64(int32(number)) {
		return "is not a 32-bit integer"
	}
	return ""
}

// textFault says what is wrong with the text of an attribute. The SDK would not name the attribute, or drop it.
func textFault(name, text string) string {
	switch name {
	case "time":
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return "is not a time as in RFC 3339"
		}
	case "source":
		if _, err := url.Parse(text); err != nil || strings.TrimSpace(text) == "" {
			return "is not a URI reference, or empty"
		}
	case "dataschema", "schemaurl":
		if _, err := url.Parse(text); err != nil || text == "" {
			return "is not a URI"
		}
	}
	return ""
}

var textMembers = []string{dataBase64Member, encodingMember, "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "schemaurl"}

// content is the data of a structured event as it is written there.
type content struct {
	value  json.RawMessage // nil: none
	base64 bool
}

// takeContent takes the data out of the members.
func takeContent(found object, version string) (content, error) {
	c := content{value: found[dataMember]}
	delete(found, dataMember)
	if encoding := found[encodingMember]; encoding != nil && version == event.CloudEventsVersionV03 {
		if string(unquoted(encoding)) != event.Base64 {
			return c, Undecodable(encodingMember + ": is not base64, the only one there is")
		}
		delete(found, encodingMember)
		c.base64 = c.value != nil
	}
	if encoded := found[dataBase64Member]; encoded != nil {
		if c.value != nil && string(c.value) != "null" {
			return c, Undecodable(dataMember + " and " + dataBase64Member + " exclude each other")
		}
		delete(found, dataBase64Member)
		c = content{encoded, true}
	}
	return c, nil
}

// put sets the event's data. JSON is kept as it is written, without a copy.
func (c content) put(e *event.Event) error {
	switch {
	case c.value == nil:
	case c.base64:
		decoded, err := base64.StdEncoding.DecodeString(string(unquoted(c.value)))
		if err != nil || c.value[0] != '"' {
			return Undecodable("data: is not base64")
		}
		return putBytes(e, decoded)
	case isJSON(*e):
		e.DataEncoded = c.value
	case string(c.value) == "null": // no text
	case c.value[0] != '"':
		return Undecodable(fmt.Sprintf("data: is %s, not a string as datacontenttype %s has it", kindOf(c.value), shorten(e.DataContentType())))
	default:
		e.DataEncoded = unquoted(c.value)
	}
	return nil
}

// putBytes sets the event's data to what does not stand in it as it is. Where it is said to be JSON, it must be.
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

// attributeFaults names each faulty attribute in one line, in a stable order: the SDK's own text has a line each, in
// the order of a map.
func attributeFaults(err error) string {
	if fault, ok := errors.AsType[*Error](err); ok {
		return fault.Message
	}
	faults, ok := errors.AsType[event.ValidationError](err)
	if !ok {
		return shorten(strings.Join(strings.Fields(err.Error()), " "))
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		lines = append(lines, fmt.Sprintf("%s: %s", name, faults[name]))
	}
	return strings.Join(lines, "; ")
}
