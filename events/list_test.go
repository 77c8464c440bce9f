package events_test

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"sender-invitations/events"
)

func decodeAll(body string, header http.Header) []events.Record {
	return events.Decode(events.Delivery{Body: []byte(body), Header: header, CallID: "call-1", Prefix: "senderinvitation", Direct: true})
}

func listOf(record string, times int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(record+",", times), ",") + "]"
}

// TestTooManyRecords checks that records beyond the limit fail one by one, and that the rest fails as one record beyond ten
// times the limit.
func TestTooManyRecords(t *testing.T) {
	const command = `{"operation": "list"}`
	records := decodeAll(listOf(command, events.MaxRecords+2), nil)
	if len(records) != events.MaxRecords+2 {
		t.Fatal(len(records))
	}
	for index, record := range records {
		if string(record.Body) != command || !record.Listed {
			t.Fatalf("record %d: %s", index+1, record.Body)
		}
		if tooMany := index >= events.MaxRecords; tooMany != (record.Err != nil) || tooMany && (record.Err.Status != 413 || record.Err.Retryable ||
			!strings.HasPrefix(record.Err.Message, fmt.Sprintf("record %d: ", index+1))) {
			t.Fatalf("record %d: %v", index+1, record.Err)
		}
	}
	records = decodeAll(listOf("{}", 10*events.MaxRecords+3), nil)
	last := records[len(records)-1]
	if len(records) != 10*events.MaxRecords+1 || string(last.Body) != "[{},{},{}]" || last.Err.Status != 413 || !strings.Contains(last.Err.Message, "records 10001 and on") {
		t.Errorf("%d records, the last: %s %v", len(records), last.Body, last.Err)
	}
}

// TestListedIdentity checks that equal records without an id get the same id in any list, and other records another.
func TestListedIdentity(t *testing.T) {
	const queue = `[{"operation": "list"}, {"operation": "list", "limit": 1}]`
	first, again := decodeAll(queue, nil), decodeAll(`[7, {"operation": "list"}]`, nil)
	if first[0].Event.ID() != events.Digest([]byte(`{"operation": "list"}`)) || first[0].Event.ID() == first[1].Event.ID() || first[0].Event.ID() != again[1].Event.ID() {
		t.Error(first[0].Event.ID(), first[1].Event.ID(), again[1].Event.ID())
	}
	topic := decodeAll(queue, http.Header{"X-Oci-Ns-Messageid": {"m1"}, "X-Oci-Ns-Topicocid": {"ocid1.onstopic.oc1.iad.a"}})
	if topic[0].Event.Source() != "ocid1.onstopic.oc1.iad.a" || topic[0].Event.ID() != first[0].Event.ID() {
		t.Error(topic[0].Event)
	}
}

// TestListedBytes checks that invalid UTF-8 fails only the record that contains it.
func TestListedBytes(t *testing.T) {
	records := decodeAll("[{\"operation\": \"list\"}, \"\xff\", {\"a\": \"\xff\"}, {\"operation\": \"list\"}]", nil)
	for index, fault := range []string{"", "record 2: the record is not UTF-8: the byte FF at line 1, column 2 is", "record 3: the record is not UTF-8: the byte FF at line 1, column 8 is", ""} {
		if got := records[index].Err; (got == nil) != (fault == "") || got != nil && !strings.HasPrefix(got.Message, fault) {
			t.Errorf("record %d: %v", index+1, got)
		}
	}
}

// TestDecodeMemory checks that Decode allocates at most ten times the size of the body. A function may have only 128 MB of
// memory for a body of 6 MB.
func TestDecodeMemory(t *testing.T) {
	const size = 2 << 20
	fill := func(format string, unit func(int) string) string {
		var body strings.Builder
		for index := 0; body.Len() < size; index++ {
			body.WriteString(unit(index))
		}
		return fmt.Sprintf(format, strings.TrimSuffix(body.String(), ","))
	}
	same := func(unit string) func(int) string { return func(int) string { return unit } }
	key := func(index int) string { return fmt.Sprintf(`"%d":0,`, index) }
	for name, body := range map[string]string{
		"small records":   fill("[%s]", same("{},")),
		"numbers":         fill("[%s]", same("1,")),
		"commands":        fill("[%s]", same(`{"operation":"list"},`)),
		"one event":       fill(`{"specversion":"1.0","id":"1","type":"t","source":"/s","data":"%s"}`, same("x")),
		"many values":     fill(`{"specversion":"1.0","id":"1","type":"t","source":"/s","data":[%s]}`, same("1,")),
		"many keys":       fill(`{"cloudEventsVersion":"0.1","eventID":"1","eventType":"t","source":"s","data":{%s}}`, key),
		"many members":    fill(`{"operation":"list",%s}`, key),
		"many extensions": fill(`{"cloudEventsVersion":"0.1","eventID":"1","eventType":"t","source":"s","extensions":{%s}}`, key),
		"base64":          fill(`{"specversion":"1.0","id":"1","type":"t","source":"/s","data_base64":"%s"}`, same("AAAA")),
		"stream":          fill(`[{"stream":"s","partition":"0","offset":1,"value":"%s"}]`, same("AAAA")),
		"not JSON":        fill("[%s", same("[")),
		"attribute":       fill(`{"specversion":"1.0","id":"1","source":"/s","type":"t","a":[%s]}`, same(`{"":0},`)),
		"failed event":    fill(`{"specversion":"1.0","id":"1","source":"/s","type":"p.failed","data":{"invitations":[%s]}}`, same("0,")),
	} {
		var before, after runtime.MemStats
		raw := []byte(body)
		runtime.ReadMemStats(&before)
		records := events.Decode(events.Delivery{Body: raw, CallID: "call-1", Prefix: "p"})
		runtime.ReadMemStats(&after)
		times := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(raw))
		t.Logf("%s: %d records, %.1f times the body", name, len(records), times)
		if times > 10 {
			t.Errorf("%s: allocates %.1f times the body", name, times)
		}
	}
}

// TestListedTooDeep checks that a record fails alone if it nests deeper than the 10,000 levels of [json.Valid].
func TestListedTooDeep(t *testing.T) {
	records := decodeAll(`[{"operation": "list"}, `+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+`, {"operation": "list"}]`, nil)
	if len(records) != 3 || records[0].Err != nil || records[2].Err != nil || records[1].Err == nil || records[1].Err.Message != "record 2: the record nests deeper than 64 levels" {
		t.Error(records[0].Err, records[1].Err)
	}
}

// TestBrokenLists checks that a body fails as a whole if something follows the list, or if the first record is cut off.
func TestBrokenLists(t *testing.T) {
	const command = `{"operation": "list"}`
	for _, body := range []string{"[", "[" + command, "[" + command + "}", "[" + command + "] []", "[" + command + "]]", `["`, `["\`, "[[]", "[{]", "[,]", "[,{}]", "[" + command + ", a] b, " + command + "]"} {
		if records := decodeAll(body, nil); len(records) != 1 || records[0].Err == nil || records[0].Listed || !strings.HasPrefix(records[0].Err.Message, "the body is not JSON: ") {
			t.Errorf("%s: %d records, %v", body, len(records), records[0].Err)
		}
	}
}

// TestListBreaksInside checks that the records before a broken record are decoded, and that the rest of the list fails as one
// record.
func TestListBreaksInside(t *testing.T) {
	const command = `{"operation": "list"}`
	for _, record := range []string{`{"a": [1, 2}`, `{"a": 1`, `"abc`, command + "}", `5" pipe`, "", "{" + command} {
		body := "[" + command + ", " + record + ", " + command + "]"
		records := decodeAll(body, nil)
		last := records[len(records)-1]
		if len(records) != 2 || records[0].Err != nil || last.Err == nil || !strings.HasPrefix(last.Err.Message, "records 2 and on: the body is not JSON: ") || !strings.HasSuffix(body, string(last.Body)) {
			t.Errorf("%s: %d records, %q, %v", body, len(records), last.Body, last.Err)
		}
	}
}

func TestElementsAsTheyStand(t *testing.T) {
	body := " [ {\"a\" : [1, {\"]\": \"}\"}]} ,\n\"x\\\"],\" , -1.5e3 ,null,[ ], { } ] "
	want := []string{`{"a" : [1, {"]": "}"}]}`, `"x\"],"`, "-1.5e3", "null", "[ ]", "{ }"}
	var got []string
	for _, record := range decodeAll(body, nil) {
		got = append(got, string(record.Body))
	}
	if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
		t.Errorf("%q", got)
	}
}

// TestEscapedKeyTwice checks that escapes do not hide a duplicate key.
func TestEscapedKeyTwice(t *testing.T) {
	record := decode(`{"operation": "list", "data": {"\u0061": 1, "b": 2, "a": 3}}`, nil)
	if record.Err == nil || !strings.Contains(record.Err.Message, `the key "a" appears twice in data`) {
		t.Error(record.Err)
	}
}

func TestAttributeOfBytes(t *testing.T) {
	record := decode("hello", http.Header{"X-Oci-Ns-Messageid": {"\xff"}})
	if record.Err == nil || !strings.Contains(record.Err.Message, "id is not UTF-8") {
		t.Error(record.Err, record.Event)
	}
}

// BenchmarkDecode decodes deliveries of each form. B/op does not include the body.
func BenchmarkDecode(b *testing.B) {
	var stream bytes.Buffer
	stream.WriteString("[")
	signup := read(b, "streaming.json").Body
	element := bytes.TrimSpace(signup[bytes.IndexByte(signup, '[')+1 : bytes.LastIndexByte(signup, ']')])
	for index := range 333 {
		if index > 0 {
			stream.WriteString(",")
		}
		stream.Write(element)
	}
	stream.WriteString("]")
	for _, c := range []struct {
		name string
		d    events.Delivery
	}{
		{"ocievent", read(b, "signup.json")},
		{"cloudevent", read(b, "signup-cloudevent.json")},
		{"binary", read(b, "binary.http")},
		{"command", read(b, "command-create.json")},
		{"alarm", read(b, "notification-alarm.http")},
		{"streaming-999", events.Delivery{Body: stream.Bytes(), CallID: "c", Prefix: "senderinvitation"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.d.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if records := events.Decode(c.d); records[0].Err != nil {
					b.Fatal(records[0].Err)
				}
			}
		})
	}
}
