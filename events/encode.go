package events

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/cloudevents/sdk-go/v2/event"

	"sender-invitations/events/attribute"
	"sender-invitations/events/strict"
)

// dataForm is the form of the data of an event in structured mode.
type dataForm int

const (
	noData dataForm = iota
	jsonData
	textData
	bytesData
)

// appendTo appends data to attributes, which is an event in structured mode without data.
func (form dataForm) appendTo(attributes, data []byte) []byte {
	open := bytes.TrimSuffix(attributes, []byte("}"))
	switch form {
	case noData:
		return attributes
	case jsonData:
		open = append(append(open, `,"data":`...), strict.Trim(data)...)
	case textData:
		open = strict.AppendQuoted(append(open, `,"data":`...), string(data))
	case bytesData:
		open = base64.StdEncoding.AppendEncode(append(open, `,"data_base64":"`...), data)
		open = append(open, '"')
	}
	return append(open, '}')
}

// put sets the event's data.
func (form dataForm) put(e *event.Event, data []byte) error {
	switch form {
	case jsonData:
		e.DataEncoded = strict.Trim(data)
		return checkJSON("data", e.DataEncoded, 1)
	case textData:
		e.DataEncoded = data
	case bytesData:
		return putBytes(e, data)
	}
	return nil
}

// formOf returns the form of the event's data in structured mode.
func formOf(e event.Event) dataForm {
	switch {
	case e.DataEncoded == nil:
		return noData
	case e.DataBase64:
		return bytesData
	case isJSON(e):
		return jsonData
	}
	return textData
}

// Encode returns the event in structured mode (CloudEvents JSON format). JSON data remains a JSON value for every JSON media
// type; the SDK knows fewer of them and would encode the data as a string.
func Encode(e event.Event) ([]byte, error) {
	attributes, err := attributesJSON(e)
	if err != nil {
		return nil, err
	}
	return formOf(e).appendTo(attributes, e.DataEncoded), nil
}

// attributesJSON returns the event in structured mode without its data.
func attributesJSON(e event.Event) ([]byte, error) {
	e.DataEncoded = nil
	return e.MarshalJSON()
}

// DataValues returns about how many values the event's data holds. It estimates the cost of decoding the data.
func DataValues(e event.Event) int {
	if formOf(e) == jsonData {
		return strict.CountValues(e.DataEncoded)
	}
	return 1
}

// View returns the event in structured mode as decoded JSON. It decodes the data, which can be as long as a body, without
// encoding it first. It returns an error if a number does not fit in a float64.
func View(e event.Event) (view map[string]any, err error) {
	attributes, err := attributesJSON(e)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(attributes, &view); err != nil {
		return nil, err
	}
	switch formOf(e) {
	case jsonData:
		var value any
		err = json.Unmarshal(e.DataEncoded, &value)
		view[attribute.Data] = value
	case textData:
		view[attribute.Data] = string(e.DataEncoded)
	case bytesData:
		view[attribute.DataBase64] = base64.StdEncoding.EncodeToString(e.DataEncoded)
	}
	return view, err
}
