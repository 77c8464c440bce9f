package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
)

// decodeCloudEvent reads a structured event (CloudEvents 1.0 or 0.3, JSON format) and raises it to 1.0.
func decodeCloudEvent(body []byte, members map[string]json.RawMessage) (e event.Event, err error) {
	defer func() {
		if recover() != nil { // the SDK's reader panics on some members of the wrong type
			err = Undecodable("CloudEvents event: a member has the wrong type")
		}
	}()
	if data, encoded := members["data"], members[encodingMember]; data != nil && encoded != nil && data[0] != '"' {
		return e, Undecodable("CloudEvents event: data: is not a string, as " + encodingMember + " has it")
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if fault := memberFault(name, members[name]); fault != "" {
			return e, Undecodable(fmt.Sprintf("CloudEvents event: %s: %s", shorten(name), fault))
		}
	}
	if members["data_base64"] != nil || members[encodingMember] != nil {
		var compact bytes.Buffer
		if err := json.Compact(&compact, body); err != nil {
			return e, err
		}
		body = compact.Bytes() // the SDK's reader takes white space before base64 for a part of it
	}
	if err := e.UnmarshalJSON(body); err != nil {
		return e, Undecodable("CloudEvents event: " + attributeFaults(err))
	}
	e.Context = e.Context.AsV1()
	e.SetExtension(encodingMember, nil) // 1.0 tells it by the member's name
	return finish("CloudEvents event", e)
}

// encodingMember is CloudEvents 0.3's word for base64 in data.
const encodingMember = "datacontentencoding"

// memberFault says what is wrong with a member of a structured event: its name (CloudEvents 1.0.2, section 3.1.1) or
// the type of its value (section 3.1.2). The SDK's reader is laxer: it stops at an empty name, folds letter case and
// cuts fractions off.
func memberFault(name string, value json.RawMessage) string {
	switch {
	case name == "data":
		return ""
	case name == "data_base64", name == encodingMember, name == "id", name == "source", name == "type", name == "specversion":
		if value[0] != '"' {
			return "is not a string"
		}
		return ""
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || name == "":
		return "is no name of an attribute: lower-case letters and digits"
	}
	var decoded any
	if json.Unmarshal(value, &decoded) != nil {
		return "cannot be read"
	}
	switch decoded := decoded.(type) {
	case nil, string, bool:
		return ""
	case float64:
		if decoded == float64(int32(decoded)) {
			return ""
		}
	}
	return "is not a string, a boolean or a 32-bit integer"
}

// attributeFaults names each faulty attribute in one line, in a stable order: the SDK's own text has a line each, in
// the order of a map.
func attributeFaults(err error) string {
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
