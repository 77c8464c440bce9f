package events

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/cloudevents/sdk-go/v2/event"
)

// dataForm is how data stands in an event in structured mode.
type dataForm int

const (
	noData dataForm = iota
	jsonData
	textData
	bytesData
)

// appendTo adds data to an event in structured mode, which has attributes and no data.
func (form dataForm) appendTo(attributes, data []byte) []byte {
	open := bytes.TrimSuffix(attributes, []byte("}"))
	switch form {
	case noData:
		return attributes
	case jsonData:
		open = append(append(open, `,"data":`...), trim(data)...)
	case textData:
		open = appendQuoted(append(open, `,"data":`...), string(data))
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
		e.DataEncoded = trim(data)
		return checkJSON("data", e.DataEncoded, 1)
	case textData:
		e.DataEncoded = data
	case bytesData:
		return putBytes(e, data)
	}
	return nil
}

// formOf is how the event's data would stand in it.
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

// Encode returns the event in its CloudEvents JSON form. Its data stands there as the value that it is wherever it is
// JSON: the SDK's writer knows fewer media types and makes a string of the others.
func Encode(e event.Event) ([]byte, error) {
	attributes, err := attributesJSON(e)
	if err != nil {
		return nil, err
	}
	return formOf(e).appendTo(attributes, e.DataEncoded), nil
}

// attributesJSON is the event's JSON form without its data.
func attributesJSON(e event.Event) ([]byte, error) {
	e.DataEncoded = nil
	return e.MarshalJSON()
}

// DataValues is about how many values there are in the event's data: what it costs to take it apart whole.
func DataValues(e event.Event) int {
	if formOf(e) == jsonData {
		return CountValues(e.DataEncoded)
	}
	return 1
}

// View is the event's JSON form as a JSON reader takes it apart, and how many bytes that has, about. The data, which can be as
// long as a body, is not written before it is read. The error says that a number does not fit a double.
func View(e event.Event) (view map[string]any, size int, err error) {
	attributes, err := attributesJSON(e)
	if err != nil {
		return nil, 0, err
	}
	if err := json.Unmarshal(attributes, &view); err != nil {
		return nil, 0, err
	}
	switch formOf(e) {
	case jsonData:
		var value any
		err = json.Unmarshal(e.DataEncoded, &value)
		view[dataMember] = value
	case textData:
		view[dataMember] = string(e.DataEncoded)
	case bytesData:
		view[dataBase64Member] = base64.StdEncoding.EncodeToString(e.DataEncoded)
	}
	return view, len(attributes) + len(`,"data_base64":""`) + base64.StdEncoding.EncodedLen(len(e.DataEncoded)), err
}
