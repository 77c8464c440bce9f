package events_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"sender-invitations/events"
)

// decode returns the only record of a delivery.
func decode(body string, header http.Header) events.Record {
	records := events.Decode(events.Delivery{Body: []byte(body), Header: header, CallID: "call-1", Prefix: "senderinvitation", Direct: true})
	if len(records) != 1 {
		panic(fmt.Sprint(len(records), " records"))
	}
	return records[0]
}

func ExampleDecode() {
	records := events.Decode(events.Delivery{
		Body:   []byte(`{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..aaaaaaaaacme"}`),
		CallID: "call-1",
		Prefix: "senderinvitation",
	})
	for _, record := range records {
		fmt.Println(record.Event.Type(), record.Event.Source(), record.Event.ID(), string(record.Event.Data()))
	}
	// Output: senderinvitation.cancel /direct call-1 {"recipientTenancyId":"ocid1.tenancy.oc1..aaaaaaaaacme"}
}

// TestDecodeOCIEvent compares the whole event, because each attribute of the envelope maps to one of CloudEvents 1.0.
func TestDecodeOCIEvent(t *testing.T) {
	body, err := os.ReadFile("../testdata/events/objectstorage-createbucket.json")
	if err != nil {
		t.Fatal(err)
	}
	record := decode(string(body), nil)
	if record.Err != nil {
		t.Fatal(record.Err)
	}
	e := record.Event
	got := fmt.Sprint(e.SpecVersion(), " ", e.ID(), " ", e.Type(), " ", e.Source(), " ", e.Subject(), " ", e.Time(), " ", e.DataContentType(), " ", e.Extensions())
	want := "1.0 fca0653f-85c5-9466-8812-001c51d338a4 com.oraclecloud.objectstorage.createbucket ObjectStorage /n/example/b/ " +
		"2019-12-12 22:25:08.502 +0000 UTC application/json map[compartmentid:ocid1.compartment.oc1..aaaaaaaaexample eventtypeversion:2.0]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var data struct {
		ResourceName      string
		AdditionalDetails struct{ Namespace string }
	}
	if err := e.DataAs(&data); err != nil || data.ResourceName != "bucket-20191212-1425" || data.AdditionalDetails.Namespace != "example" {
		t.Errorf("data %+v, %v", data, err)
	}
	if string(record.Body) != string(body) {
		t.Error("the record is not the body")
	}
}

func TestDecodeExtensions(t *testing.T) {
	record := decode(`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": "s",
		"extensions": {"Compartment-Id": "c", "count": 7, "large": 12345678901, "on": true, "none": null}}`, nil)
	if record.Err != nil {
		t.Fatal(record.Err)
	}
	want := "map[compartmentid:c count:7 large:12345678901 on:true]"
	if got := fmt.Sprint(record.Event.Extensions()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDecodeCloudEvents(t *testing.T) {
	for name, body := range map[string]string{
		"1.0": `{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "subject": "x", "traceparent": "00-a", "data": {"a": 1}}`,
		"0.3": `{"specversion": "0.3", "id": "1", "type": "t", "source": "/s", "subject": "x", "traceparent": "00-a", "data": {"a": 1}}`,
	} {
		record := decode(body, nil)
		if record.Err != nil {
			t.Errorf("%s: %v", name, record.Err)
			continue
		}
		e := record.Event
		got := fmt.Sprint(e.SpecVersion(), e.ID(), e.Type(), e.Source(), e.Subject(), e.Extensions(), string(e.Data()))
		if want := `1.01t/sxmap[traceparent:00-a]{"a": 1}`; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestDecodeBinaryData covers data_base64 of CloudEvents 1.0 and datacontentencoding of 0.3.
func TestDecodeBinaryData(t *testing.T) {
	for name, body := range map[string]string{
		"1.0": `{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "data_base64": "/w=="}`,
		"0.3": `{"specversion": "0.3", "id": "1", "type": "t", "source": "/s", "datacontentencoding": "base64", "data": "/w=="}`,
	} {
		if record := decode(body, nil); record.Err != nil || string(record.Event.Data()) != "\xff" || len(record.Event.Extensions()) != 0 {
			t.Errorf("%s: %v %q %v", name, record.Err, record.Event.Data(), record.Event.Extensions())
		}
	}
}

// TestDecodeCommandOrigin checks that a command gets its source and id from the delivery.
func TestDecodeCommandOrigin(t *testing.T) {
	body := `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
	for _, c := range []struct {
		name       string
		header     http.Header
		source, id string
	}{
		{"direct", nil, "/direct", "call-1"},
		{"topic", http.Header{"X-Oci-Ns-Messageid": {"m1"}, "X-Oci-Ns-Topicocid": {"ocid1.onstopic.oc1.iad.a"}}, "ocid1.onstopic.oc1.iad.a", "m1"},
		{"topic unknown", http.Header{"X-Oci-Ns-Messageid": {"m1"}}, "/direct", "m1"},
	} {
		record := decode(body, c.header)
		if record.Err != nil || record.Event.Source() != c.source || record.Event.ID() != c.id || record.Event.Type() != "senderinvitation.create" {
			t.Errorf("%s: %v %v", c.name, record.Event, record.Err)
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)
	for name, c := range map[string]struct{ body, fault string }{
		"not UTF-8":                  {"{\"operation\": \"\xff\"}", "not UTF-8"},
		"not JSON":                   {"hello", "not JSON: invalid character 'h'"},
		"cut short":                  {`{"operation": `, "not JSON: unexpected end"},
		"two values":                 {`{"operation": "get"} {}`, "after top-level value, at line 1, column 22"},
		"twice at the top":           {`{"operation": "get", "operation": "create"}`, `the key "operation" appears twice in the top-level object`},
		"twice below":                {`{"specversion": "1.0", "data": {"list": [0, {"a": 1, "a": 2}]}}`, `the key "a" appears twice in data.list[1]`},
		"too deep":                   {deep + " ", "deeper than 64 levels"},
		"a text":                     {`"x"`, "the body is a string, not an object"},
		"null":                       {`null`, "the body is null, not an object"},
		"no form":                    {`{"a": 1}`, "none of cloudEventsVersion, specversion, operation"},
		"other letter case":          {`{"Operation": "get"}`, "none of cloudEventsVersion, specversion, operation"},
		"unknown operation":          {`{"operation": "delete"}`, "operation is not one of create, get, list, update, cancel, poll"},
		"doctor":                     {`{"operation": "doctor"}`, `the doctor is asked by a direct call whose body is {"operation": "doctor"}`},
		"operation no text":          {`{"operation": 1}`, "operation is not one of"},
		"OCI version":                {`{"cloudEventsVersion": "0.2", "eventID": "1", "eventType": "t", "source": "s"}`, `cloudEventsVersion is "0.2"; supported is 0.1`},
		"OCI version no text":        {`{"cloudEventsVersion": 0.1}`, `cloudEventsVersion is the number 0.1, not a string; write "cloudEventsVersion": "0.1", with the quotation marks`},
		"OCI without id":             {`{"cloudEventsVersion": "0.1", "eventType": "t", "source": "s"}`, "eventID is missing or empty"},
		"OCI blank type":             {`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": " ", "source": "s"}`, "eventType is missing or empty"},
		"OCI null source":            {`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": null}`, "source is missing or empty"},
		"OCI time":                   {`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": "s", "eventTime": "today"}`, "eventTime is not an RFC 3339 time"},
		"OCI subject":                {`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": "s", "data": {"resourceId": 1}}`, "data.resourceId is a number, not a string"},
		"OCI extensions":             {`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": "s", "extensions": []}`, "extensions is a list, not an object"},
		"OCI extension":              {`{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": "s", "extensions": {"a": {}}}`, "extensions.a is an object, not a string, number or boolean"},
		"CloudEvents version":        {`{"specversion": "2.0", "id": "1", "type": "t", "source": "/s"}`, "specversion"},
		"CloudEvents version number": {`{"specversion": 1.0, "id": "1", "type": "t", "source": "/s"}`, `specversion is the number 1.0, not a string; write "specversion": "1.0", with the quotation marks`},
		"CloudEvents 0.3 number":     {`{"specversion": 0.3, "id": "1", "type": "t", "source": "/s"}`, `specversion is the number 0.3, not a string; write "specversion": "0.3", with the quotation marks`},
		"CloudEvents version null":   {`{"specversion": null, "id": "1", "type": "t", "source": "/s"}`, `specversion is null, not a string; write "specversion": "1.0", with the quotation marks`},
		"CloudEvents without id":     {`{"specversion": "1.0", "type": "t", "source": "/s"}`, "id: MUST be a non-empty string"},
		"CloudEvents two faults":     {`{"specversion": "1.0", "source": "/s"}`, "id: MUST be a non-empty string; type: MUST be a non-empty string"},
		"CloudEvents id too long":    {`{"specversion": "1.0", "id": "` + strings.Repeat("x", 2049) + `", "type": "t", "source": "/s"}`, "id is longer than 2048 bytes"},
		"CloudEvents control":        {`{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "traceparent": "\u0000"}`, "traceparent has a control character"},
		"CloudEvents data_base64":    {`{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "data_base64": 5}`, "data_base64: is a number, not a string"},
		"CloudEvents encoding":       {`{"specversion": "0.3", "id": "1", "type": "t", "source": "/s", "datacontentencoding": "base64", "data": 5}`, "data: is not base64"},
		"CloudEvents no encoding":    {`{"datacontentencoding": "", "specversion": "0.3", "id": "1", "type": "t", "source": "/s"}`, "datacontentencoding: is not base64"},
		"CloudEvents empty name":     {`{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "": 0, "data": 1}`, "is not an attribute name"},
		"CloudEvents name":           {`{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "myExt": "x"}`, "myExt: is not an attribute name"},
		"CloudEvents fraction":       {`{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "ext": 1.5}`, "ext: is not a 32-bit integer"},
		"CloudEvents id number":      {`{"specversion": "1.0", "id": 1, "type": "t", "source": "/s"}`, "id: is a number, not a string"},
		"long keys":                  {`{"` + strings.Repeat("k", 100_000) + `": {"a": 1, "a": 2}}`, "twice in kkkk"},
		"CloudEvents object value":   {`{"specversion": "1.0", "id": "1", "type": "t", "source": "/s", "oracle": {}}`, "Connector Hub"},
	} {
		record := decode(c.body, nil)
		if record.Err == nil {
			t.Errorf("%s: decodes to %v", name, record.Event)
			continue
		}
		if record.Err.Status != 400 || record.Err.Code != "CannotParseRequest" || record.Err.Retryable || len(record.Err.Message) > 2100 || !strings.Contains(record.Err.Message, c.fault) {
			t.Errorf("%s: %+v, want a 400 with %q", name, record.Err, c.fault)
		}
		if string(record.Body) != c.body {
			t.Errorf("%s: the record is not the body", name)
		}
	}
}

func TestDecodeDeepestTaken(t *testing.T) {
	body := `{"operation": "create", "a": ` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + "}"
	if record := decode(body, nil); record.Err != nil {
		t.Error(record.Err)
	}
}

func TestDecodeTooLarge(t *testing.T) {
	record := decode(`{"operation": "get", "a": "`+strings.Repeat("x", events.MaxBody)+`"}`, nil)
	if record.Err == nil || record.Err.Status != 413 {
		t.Errorf("got %v", record.Err)
	}
}
