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
)

// The members that tell the records of Connector Hub which are no deliveries themselves: Streaming, Monitoring and,
// beside specversion, Logging. Their shapes are those of https://github.com/fnproject/fn-events.
const (
	streamMember  = "stream"
	metricMember  = "datapoints"
	loggingMember = "oracle"
)

// decodeStreaming decodes the value of a record of a stream as a delivery. Without an identity of its own it is
// called stream/partition/offset.
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
		return event.Event{}, AsError(err).within("Streaming record " + shorten(id))
	}
	return e, nil
}

func (d Delivery) decodeValue(found object, fallback identity) (event.Event, error) {
	encoded, err := found.text("value")
	if err != nil {
		return event.Event{}, Undecodable(err.Error())
	}
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return event.Event{}, Undecodable("value is not base64")
	}
	return d.decodeObject("the value", trim(value), fallback)
}

// text is a member that must be a string with something in it.
func (o object) text(name string) (string, error) {
	text := string(unquoted(o[name]))
	if strings.TrimSpace(text) == "" {
		return "", errors.New(name + " is missing, empty or not a string")
	}
	return text, nil
}

// decodeMetric makes an event of a record of Monitoring; its data is the record.
func decodeMetric(raw []byte, fallback identity) (event.Event, error) {
	e := newEvent(metricType, fallback)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = raw
	return finish("Monitoring record", e, nil)
}

// decodeLogging reads a record of Logging, which is a CloudEvents 1.0 event but for three things: oracle is an object, whose
// members become extension attributes; the source is any name, or none; and the dataschema of an audit record is a version
// and no URI, which becomes the attribute schemaversion.
func decodeLogging(found object, fallback identity) (event.Event, error) {
	oracle := found[loggingMember]
	delete(found, loggingMember)
	if source := found["source"]; source != nil && source[0] == '"' {
		found["source"] = quote(reference(cmp.Or(string(unquoted(source)), fallback.source)))
	}
	schema, err := url.Parse(string(unquoted(found["dataschema"])))
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
