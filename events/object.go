package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cloudevents/sdk-go/v2/event"
)

// The members that tell the form of an object which may stand anywhere: alone, in a list or in a record's value.
const (
	ociEventMember   = "cloudEventsVersion"
	cloudEventMember = "specversion"
	commandMember    = "operation"
)

var (
	deliveryMembers = []string{ociEventMember, cloudEventMember, commandMember}
	markers         = append(slices.Clone(deliveryMembers), streamMember, metricMember)
)

// spokenOf finds a delivery's marker in what is not JSON.
var spokenOf = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(?:` + strings.Join(deliveryMembers, "|") + `)"\s*:`)
})

// hasMarker reports whether the text is an object with one of the members. What begins as an object, or a list of objects,
// and is not JSON, but speaks of a delivery's marker, was meant to be one: an event that broke off must not pass for
// something else.
func hasMarker(text []byte, names []string) bool {
	isObject := len(text) > 0 && text[0] == '{'
	if !isObject && (len(text) == 0 || text[0] != '[' || !bytes.HasPrefix(trim(text[1:]), []byte{'{'})) {
		return false
	}
	if !json.Valid(text) {
		return spokenOf().Match(text)
	}
	if isObject {
		for name := range Members(text) {
			if slices.Contains(names, string(name)) {
				return true
			}
		}
	}
	return false
}

// marker is the member that tells the form of an object; "" if it is of no known form.
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

// decodeObject decodes an object that may stand anywhere. In errors it is called what.
func (d Delivery) decodeObject(what string, body []byte, fallback identity) (event.Event, error) {
	if err := checkJSON(what, body, 0); err != nil {
		return event.Event{}, err
	}
	found, err := membersOf(what, body)
	if err != nil {
		return event.Event{}, err
	}
	return d.decodeForm(what, found, fallback)
}

func (d Delivery) decodeForm(what string, found object, fallback identity) (event.Event, error) {
	switch found.marker() {
	case ociEventMember:
		return decodeOCIEvent(found)
	case cloudEventMember:
		return decodeCloudEvent(found)
	case commandMember:
		return decodeCommand(d.Prefix, found, fallback)
	case loggingMember, streamMember, metricMember:
		return event.Event{}, Undecodable(what + " is a record of Connector Hub; such a record stands in a list, and the list alone in the body")
	}
	return event.Event{}, Undecodable(fmt.Sprintf("%s has none of %s; %s", what, strings.Join(deliveryMembers, ", "), formsTaken))
}

const formsTaken = "taken are an OCI Events envelope, a CloudEvents event and a command"

// object is a JSON object, taken apart.
type object map[string]json.RawMessage

// maxMembers is the most members of an event or a command: more than any has, and few enough to take apart.
const maxMembers = 256

// membersOf takes apart what was seen to be JSON.
func membersOf(what string, body []byte) (object, error) {
	if body[0] != '{' {
		return nil, Undecodable(fmt.Sprintf("%s is %s, not an object", what, kindOf(body)))
	}
	found := object{}
	for name, value := range Members(body) {
		if found[string(name)] = value; len(found) > maxMembers {
			return nil, Undecodable(fmt.Sprintf("%s has more than %d members", what, maxMembers))
		}
	}
	return found, nil
}

// kindOf is the JSON word for a value.
func kindOf(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	}
	return "a number"
}
