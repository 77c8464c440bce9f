package events_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/hostile"
)

// allocated returns how many bytes Decode allocates, garbage included.
func allocated(delivery hostile.Delivery) uint64 {
	var before, after runtime.MemStats
	runtime.GC() // twice, to empty the pools of the encoders
	runtime.GC()
	runtime.ReadMemStats(&before)
	records := events.Decode(events.Delivery{Body: delivery.Body, Header: delivery.Header, CallID: "c", Prefix: "senderinvitation"})
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(records)
	return after.TotalAlloc - before.TotalAlloc
}

// TestDecodingGrowsInProportion checks that twice the body takes at most about twice the memory, for all hostile deliveries.
func TestDecodingGrowsInProportion(t *testing.T) {
	const size = 256 << 10
	half, whole := hostile.Deliveries(size/2), hostile.Deliveries(size)
	for index, delivery := range whole {
		input := float64(len(delivery.Body))
		for name, values := range delivery.Header {
			input += float64(len(name) + len(values[0]))
		}
		const fixed, records = 256 << 10, 10 * events.MaxRecords * 1000 // slices grow in steps; the number of records is limited
		fault := ""
		for range 3 { // a garbage collection during Decode can empty the pools, which adds allocations
			small, large := allocated(half[index]), allocated(delivery)
			if float64(large) <= 2.5*float64(small)+fixed && float64(large) <= 30*input+fixed+records {
				fault = ""
				break
			}
			fault = fmt.Sprintf("%s: %d bytes take %d, twice as many %d", delivery.Name, len(half[index].Body), small, large)
		}
		if fault != "" {
			t.Error(fault)
		}
	}
}

// TestLongAttributes checks the limit of 2,048 bytes for attributes in every form.
func TestLongAttributes(t *testing.T) {
	long := strings.Repeat("x", 2049)
	quoted := `"` + long + `"`
	const start = `{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", `
	for name, body := range map[string]string{
		"subject":         start + `"subject": ` + quoted + "}",
		"datacontenttype": start + `"datacontenttype": "a/` + long + `"}`,
		"dataschema":      start + `"dataschema": "http://` + long + `"}`,
		"extension":       start + `"a": ` + quoted + "}",
		"escaped":         start + `"a": "` + strings.Repeat(`\u0041`, 2049) + `"}`,
		"hugely":          start + `"a": "` + strings.Repeat("x", 20_000) + `"}`,
		"digits":          start + `"a": ` + strings.Repeat("7", 20_000) + "}",
		"OCI source":      `{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": ` + quoted + "}",
		"OCI extension":   `{"cloudEventsVersion": "0.1", "eventID": "1", "eventType": "t", "source": "s", "extensions": {"a": ` + quoted + "}}",
	} {
		record := decode(body, nil)
		if record.Err == nil || !strings.Contains(record.Err.Message, "is longer than 2048 bytes") {
			t.Errorf("%s: %v", name, record.Err)
		}
		if fits := decode(strings.NewReplacer(long, long[1:], strings.Repeat(`\u0041`, 2049), strings.Repeat(`\u0041`, 2048),
			"a/"+long, "a/"+long[3:], "http://"+long, "http://"+long[8:]).Replace(body), nil); fits.Err != nil && len(body) < 20_000 {
			t.Errorf("%s of the maximum length: %v", name, fits.Err)
		}
	}
	for name, header := range map[string]http.Header{
		"ce-a":         {"Ce-A": {long}},
		"content-type": {"Content-Type": {"text/plain; a=" + long}},
	} {
		header.Set("Ce-Specversion", "1.0")
		header.Set("Ce-Id", "1")
		header.Set("Ce-Source", "/s")
		header.Set("Ce-Type", "t")
		if record := decode("x", header); record.Err == nil || !strings.Contains(record.Err.Message, "is longer than 2048 bytes") {
			t.Errorf("%s: %v", name, record.Err)
		}
	}
	if record := decode("text", http.Header{"X-Oci-Ns-Messageid": {long}}); record.Err == nil || !strings.Contains(record.Err.Message, "id is longer than 2048 bytes") {
		t.Errorf("message: %v", record.Err)
	}
}

// TestManyHeaders checks that the limit of 256 members applies to headers in binary mode.
func TestManyHeaders(t *testing.T) {
	header := http.Header{}
	for index := range 300 {
		header.Set("Ce-A"+strings.Repeat("b", index), "x")
	}
	for name, value := range map[string]string{"Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/s", "Ce-Type": "t"} {
		header.Set(name, value)
	}
	if record := decode("x", header); record.Err == nil || !strings.Contains(record.Err.Message, "more than 256 members") {
		t.Error(record.Err)
	}
}

// TestContentTypeIsReadOnce checks that a long content type costs no more for a list than for one event, whatever the number of records.
func TestContentTypeIsReadOnce(t *testing.T) {
	const long = 1 << 20
	for _, kind := range []string{"application/json", "application/cloudevents-batch+json"} {
		header := http.Header{"Content-Type": {kind + ";" + strings.Repeat("A", long)}}
		body := []byte("[" + strings.Repeat(`{"operation": "list"},`, events.MaxRecords-1) + `{"operation": "list"}]`)
		if got := allocated(hostile.Delivery{Header: header, Body: body}); got > 32*long {
			t.Errorf("%s: %d bytes for a content type of %d", kind, got, long)
		}
	}
}

// BenchmarkHostile decodes the hostile deliveries with bodies of 6 MB. B/op does not include the body.
func BenchmarkHostile(b *testing.B) {
	for _, delivery := range hostile.Deliveries(events.MaxBody) {
		b.Run(strings.ReplaceAll(delivery.Name, " ", "-"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				events.Decode(events.Delivery{Body: delivery.Body, Header: delivery.Header, CallID: "c", Prefix: "senderinvitation"})
			}
		})
	}
}
