package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sender-invitations/events/strict"
)

// The members that identify the form of an object. These forms are accepted as a body, in a list and in a record's value.
const (
	ociEventMember   = "cloudEventsVersion"
	cloudEventMember = "specversion"
	commandMember    = "operation"
)

var (
	deliveryMembers = []string{ociEventMember, cloudEventMember, commandMember}
	markers         = append(slices.Clone(deliveryMembers), streamMember, metricMember)
)

// markerPattern matches a marker in text that is not valid JSON.
var markerPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:` + strings.Join(deliveryMembers, "|") + `)"\s*:`)
})

// hasMarker reports whether text is an object with one of the named members. If text begins like an object, or a list of
// objects, but is not valid JSON, hasMarker searches it for a marker: an event that was cut off must not pass for a message.
func hasMarker(text []byte, names []string) bool {
	isObject := len(text) > 0 && text[0] == '{'
	if !isObject && (len(text) == 0 || text[0] != '[' || !bytes.HasPrefix(strict.Trim(text[1:]), []byte{'{'})) {
		return false
	}
	if !json.Valid(text) {
		return markerPattern().Match(text)
	}
	if isObject {
		for name := range strict.Members(text) {
			if slices.Contains(names, string(name)) {
				return true
			}
		}
	}
	return false
}

// marker returns the member that identifies the form of the object, or "" if the form is unknown.
func (o object) marker() string {
	if oracle := o[loggingMember]; o[cloudEventMember] != nil && oracle != nil && oracle[0] == '{' {
		return loggingMember
	}
	for _, name := range markers {
		if o[name] != nil {
			return name
		}
	}
	return ""
}

// decodeObject decodes a body, or the value of a record. Errors call it what.
func (d Delivery) decodeObject(what string, body []byte, fallback Identity) (decoded, error) {
	found, err := checkedMembers(what, body)
	if err != nil {
		return decoded{}, err
	}
	return d.decodeForm(what, found, fallback)
}

// checkedMembers returns the members of a body, or of the value of a record.
func checkedMembers(what string, body []byte) (object, error) {
	if err := checkJSON(what, body, 0); err != nil {
		return nil, err
	}
	return membersOf(what, body)
}

// decodeForm decodes an object of the forms that are accepted everywhere.
func (d Delivery) decodeForm(what string, found object, fallback Identity) (decoded, error) {
	if err := d.formFault(what, found.marker()); err != nil {
		return decoded{}, err
	}
	switch found.marker() {
	case ociEventMember:
		return decodeOCIEvent(found)
	case cloudEventMember:
		return decodeCloudEvent(found)
	case commandMember:
		return decodeCommand(d.Prefix, found, fallback)
	case loggingMember, streamMember, metricMember:
		return decoded{}, Undecodable(what + " is a record of Connector Hub, which is accepted only in a list that is the whole body")
	}
	return decoded{}, Undecodable(fmt.Sprintf("%s has none of %s; %s", what, strings.Join(deliveryMembers, ", "), formsExpected))
}

// formsExpected ends the error for an object of no known form.
const formsExpected = "expected an OCI Events envelope, a CloudEvents event or a command"

// object is a JSON object whose values are not decoded.
type object map[string]json.RawMessage

// maxMembers is the maximum number of members of an event or a command. It bounds the size of an object in memory.
const maxMembers = 256

// membersOf returns the members of body, which must be valid JSON. Errors call it what.
func membersOf(what string, body []byte) (object, error) {
	if body[0] != '{' {
		return nil, Undecodable(fmt.Sprintf("%s is %s, not an object", what, strict.Kind(body)))
	}
	found := object{}
	for name, value := range strict.Members(body) {
		if found[string(name)] = value; len(found) > maxMembers {
			return nil, Undecodable(fmt.Sprintf("%s has more than %d members", what, maxMembers))
		}
	}
	return found, nil
}
