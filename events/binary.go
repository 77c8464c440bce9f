package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"sender-invitations/events/attribute"
	"sender-invitations/events/strict"
)

// versionHeader is the header that tells an event in binary mode.
const versionHeader = attribute.HeaderPrefix + cloudEventMember

// isBinary reports whether the delivery is an event in binary mode: attributes in headers, data in the body. An event in
// structured mode may repeat its attributes in headers; its content type tells it apart (section 3.2.2), or, if ce-specversion is not
// among the headers, its members.
func (d Delivery) isBinary() bool {
	switch {
	case d.claim != "" || !attribute.InHeaders(d.Header):
		return false
	case d.Header.Get(versionHeader) == "":
		return !isJSONType(d.Header.Get("Content-Type")) || !isEvent(d.Body)
	}
	return true
}

// decodeBinary decodes an event in binary mode. It converts the attributes to structured mode, so that one decoder checks
// both modes. The body of the record is the whole event in structured mode.
func (d Delivery) decodeBinary() Record {
	texts, err := attribute.OfHeaders(d.Header)
	found := object{}
	for name, text := range texts {
		found[name] = strict.Quote(text)
	}
	if d.Header.Get(versionHeader) == "" {
		err = fmt.Errorf("header %s is missing or empty, but other headers %s… are there; send %[1]s: 1.0", versionHeader, attribute.HeaderPrefix)
		found[cloudEventMember] = json.RawMessage("null") // so that a replay is not taken for anything else
	}
	if err != nil {
		err = Undecodable("CloudEvents event: " + err.Error())
	}
	if contentType := d.Header.Get("Content-Type"); contentType != "" {
		found["datacontenttype"] = strict.Quote(contentType)
	}
	attributes, fault := strict.Marshal(found)
	form := d.formOfBody()
	record := Record{Body: form.appendTo(attributes[:len(attributes):len(attributes)], d.Body)}
	var e decoded
	if err = errors.Join(err, fault); err == nil {
		e, err = d.decodeObject("the event", attributes, Identity{})
	}
	if err == nil {
		err = form.put(&e.event, d.Body)
		e, err = finish("CloudEvents event", e.event, e.sent, err)
	}
	record.set(e, err)
	return record
}

// formOfBody returns the form in which the structured event carries the body.
func (d Delivery) formOfBody() dataForm {
	isJSON := isJSONType(d.Header.Get("Content-Type"))
	switch {
	case len(d.Body) == 0:
		return noData
	case isJSON && json.Valid(d.Body):
		return jsonData
	case !isJSON && isText(d.Body):
		return textData
	}
	return bytesData
}

// isText reports whether data is text that JSON can hold without growing many times in size.
func isText(data []byte) bool {
	return utf8.Valid(data) && bytes.IndexFunc(data, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n", r) }) < 0
}
