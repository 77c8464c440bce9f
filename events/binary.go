package events

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sender-invitations/events/private"
	"sender-invitations/events/strict"
)

// attributePrefix is the prefix of the headers that hold attributes in binary mode
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#313-metadata-headers).
const (
	attributePrefix = "ce-"
	versionHeader   = attributePrefix + cloudEventMember
)

// isBinary reports whether the delivery is an event in binary mode: attributes in headers, data in the body. An event in
// structured mode may repeat its attributes in headers; its content type tells it apart (section 3.2.2), or, if ce-specversion is not
// among the headers, its members.
func (d Delivery) isBinary() bool {
	switch {
	case d.isStructured() || !d.hasAttributes():
		return false
	case d.Header.Get(versionHeader) == "":
		return !isJSONType(d.Header.Get("Content-Type")) || !isEvent(d.Body)
	}
	return true
}

// decodeBinary decodes an event in binary mode. It converts the attributes to structured mode, so that one decoder checks
// both modes. The body of the record is the whole event in structured mode.
func (d Delivery) decodeBinary() Record {
	found, err := attributesOf(d.Header)
	if d.Header.Get(versionHeader) == "" {
		err = Undecodable("CloudEvents event: header " + versionHeader + " is missing or empty, but other headers " + attributePrefix + "… are there; send " + versionHeader + ": 1.0")
		found[cloudEventMember] = json.RawMessage("null") // so that a replay is not taken for anything else
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

// attributesOf returns the attributes in the headers. It returns all of them also on an error, so that the record holds the
// whole event.
func attributesOf(header http.Header) (object, error) {
	found := object{}
	var fault error
	for _, key := range slices.Sorted(maps.Keys(header)) {
		name, isAttribute := strings.CutPrefix(strings.ToLower(key), attributePrefix)
		if !isAttribute {
			continue
		}
		value, err := attributeOf(name, header[key])
		if err != nil {
			fault = cmp.Or(fault, error(Undecodable(fmt.Sprintf("CloudEvents event: header %s%s: %s", attributePrefix, private.Shorten(name), err))))
			name, value = attributePrefix+name, strings.Join(header[key], ", ") // not an attribute name: a replay fails too
		}
		found[name] = strict.Quote(value)
	}
	return found, fault
}

// attributeOf returns the value of an attribute's header, unquoted and then percent-decoded (section 3.1.3.2).
func attributeOf(name string, values []string) (string, error) {
	switch {
	case name == dataMember, name == dataBase64Member, name == encodingMember, name == "datacontenttype":
		return "", errors.New("cannot be set by a header")
	case len(values) != 1:
		return "", errors.New("is set more than once")
	}
	value := strings.Trim(values[0], " \t")
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = unescape(value[1 : len(value)-1])
	}
	decoded, err := url.PathUnescape(value)
	switch {
	case err != nil:
		return "", errors.New("has a % without two hexadecimal digits after it")
	case !utf8.ValidString(decoded):
		return "", errors.New("is not UTF-8")
	case name == "source" && !isReference(decoded) && isReference(value):
		return value, nil // SDKs send a URI as it is
	}
	return decoded, nil
}

// isReference reports whether text is a URI reference in its normal form.
func isReference(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.String() == text
}

// unescape removes the backslashes of a quoted string (RFC 9110, section 5.6.4).
func unescape(quoted string) string {
	var text strings.Builder
	for index := 0; index < len(quoted); index++ {
		if quoted[index] == '\\' && index+1 < len(quoted) {
			index++
		}
		text.WriteByte(quoted[index])
	}
	return text.String()
}
