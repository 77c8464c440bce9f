package events

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
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
func (d Delivery) decodeStreaming(found object) (decoded, error) {
	stream, err := found.text(streamMember)
	partition, fault := found.partition()
	offset, unread := found.number("offset")
	if err = cmp.Or(err, fault, unread); err != nil {
		return decoded{}, Undecodable("Streaming record: " + err.Error())
	}
	id := fmt.Sprintf("%s/%s/%d", stream, partition, offset)
	e, err := d.decodeValue(found, Identity{stream, id})
	if err != nil {
		return decoded{}, AsError(err).Within("Streaming record " + private.Shorten(id))
	}
	return e, nil
}

// decodeValue decodes the base64 value of a Streaming record. It may be a Logging record, for a connector can bring a log to a stream.
func (d Delivery) decodeValue(record object, fallback Identity) (decoded, error) {
	encoded, err := record.text("value")
	if err != nil {
		return decoded{}, Undecodable(err.Error())
	}
	value, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return decoded{}, Undecodable("value is not base64")
	}
	found, err := checkedMembers("the value", strict.Trim(value))
	switch {
	case err != nil:
		return decoded{}, err
	case found.marker() == loggingMember:
		return decodeLogging(found, fallback)
	}
	return d.decodeForm("the value", found, fallback)
}

// text returns a member that must be a string, not blank, without halves of surrogate pairs.
func (o object) text(name string) (string, error) {
	switch text := o.exact(name); {
	case strings.TrimSpace(text) == "":
		return "", errors.New(name + " is missing, empty or not a string")
	case !utf8.ValidString(text):
		return "", errors.New(name + " has half of a surrogate pair, which is no character")
	default:
		return text, nil
	}
}

// partition returns the partition of a Streaming record, which is text or a whole number.
func (o object) partition() (string, error) {
	const name = "partition"
	if value := o[name]; value != nil && strict.Kind(value) == "a number" {
		number, err := o.number(name)
		return strconv.FormatUint(number, 10), err
	}
	return o.text(name)
}

// number returns a member that must be a whole number, which may stand in a string.
func (o object) number(name string) (uint64, error) {
	digits := o[name]
	if text := strict.Unquoted(digits); text != nil {
		digits = text
	}
	number, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil || strconv.FormatUint(number, 10) != string(digits) {
		return 0, errors.New(name + " is not a whole number")
	}
	return number, nil
}

// decodeMetric turns a Monitoring record into an event whose data is the record.
func decodeMetric(raw []byte, fallback Identity) (decoded, error) {
	e := newEvent(metricType, fallback)
	e.SetDataContentType(event.ApplicationJSON)
	e.DataEncoded = raw
	return finish("Monitoring record", e, fallback, nil)
}

// decodeLogging decodes a Logging record. It is a CloudEvents 1.0 event with three differences. The member oracle is an
// object; its members become extension attributes. The source can be any name, or empty. The dataschema of an audit record
// is a version, not a URI; it becomes the attribute schemaversion.
func decodeLogging(found object, fallback Identity) (decoded, error) {
	oracle := found[loggingMember]
	delete(found, loggingMember)
	sent := found.identity()
	if source := found["source"]; source != nil && source[0] == '"' {
		sent.Source = cmp.Or(sent.Source, fallback.Source)
		found["source"] = strict.Quote(attribute.Reference(cmp.Or(string(strict.Unquoted(source)), fallback.Source)))
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
	return finish("Logging record", e, sent, err)
}
