package events

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// The members that identify the records of Connector Hub: stream for Streaming, datapoints for Monitoring, and oracle
// together with specversion for Logging. Their forms are described in https://github.com/fnproject/fn-events.
const (
	streamMember  = "stream"
	metricMember  = "datapoints"
	loggingMember = "oracle"
)

// decodeStreaming decodes the value of a Streaming record. A value without an id gets the id stream/partition/offset.
func (d Delivery) decodeStreaming(found object) (event.Event, error) {
	stream, err := found.text(streamMember)
	partition, fault := found.text("partition")
	var offset *uint64
	if json.Unmarshal(found["offset"], &offset) != nil || offset == nil {
		fault = cmp.Or(fault, errors.New("offset is not a whole number"))
	}
	if err = cmp.Or(err, fault); err != nil {
		return event.Event{}, Undecodable("Streaming record: " + err.Error())
	}
	id := fmt.Sprintf("%s/%s/%d", stream, partition, *offset)
	e, err := d.decodeValue(found, identity{reference(stream), id})
	if err != nil {
		return event.Event{}, AsError(err).Within("Streaming record " + private.Shorten(id))
	}
	return e, nil
}

// decodeValue decodes the base64 value of a Streaming record.
func (d Delivery) decodeValue(found object, fallback identity) (event.Event, error) {
	encoded, err := found.text("value")
	if err != nil {
		return event.Event{}, Undecodable(err.Error())
	}
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return event.Event{}, Undecodable("value is not base64")
	}
	return d.decodeObject("the value", strict.Trim(value), fallback)
}

// text returns a member that must be a string and not blank.
func (o object) text(name string) (string, error) {
	text := string(strict.Unquoted(o[name]))
	if strings.TrimSpace(text) == "" {
		return "", errors.New(name + " is missing, empty or not a string")
	}
	return text, nil
}

// decodeMetric turns a Monitoring record into an event whose data is the record.
func decodeMetric(raw []byte, fallback identity) (event.Event, error) {
	e := newEvent(metricType, fallback)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = raw
	return finish("Monitoring record", e, nil)
}

// decodeLogging decodes a Logging record. It is a CloudEvents 1.0 event with three differences. The member oracle is an
// object; its members become extension attributes. The source can be any name, or empty. The dataschema of an audit record
// is a version, not a URI; it becomes the attribute schemaversion.
func decodeLogging(found object, fallback identity) (event.Event, error) {
	oracle := found[loggingMember]
	delete(found, loggingMember)
	if source := found["source"]; source != nil && source[0] == '"' {
		found["source"] = strict.Quote(reference(cmp.Or(string(strict.Unquoted(source)), fallback.source)))
	}
	schema, err := url.Parse(string(strict.Unquoted(found["dataschema"])))
	if found["dataschema"] != nil && (err != nil || !schema.IsAbs()) {
		found["schemaversion"] = found["dataschema"]
		delete(found, "dataschema")
	}
	e, err := readCloudEvent(found)
	if err == nil {
		err = setExtensions(&e, loggingMember, oracle)
	}
	return finish("Logging record", e, err)
}
