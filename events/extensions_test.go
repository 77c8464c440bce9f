package events_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/hostile"
)

// extended returns a list of records with that many extension attributes each. The form has a verb for the number of the record and one for
// the attributes.
func extended(form string, records, extensions int) []byte {
	var attributes []string
	for number := range extensions {
		attributes = append(attributes, fmt.Sprintf(`"a%d":%d`, number, number))
	}
	var all []string
	for number := range records {
		all = append(all, fmt.Sprintf(form, number, strings.Join(attributes, ",")))
	}
	return []byte("[" + strings.Join(all, ",") + "]")
}

const (
	envelopes   = `{"cloudEventsVersion":"0.1","eventID":"%d","source":"s","eventType":"t","extensions":{%s}}`
	logRecords  = `{"specversion":"1.0","id":"%d","source":"s","type":"t","oracle":{%s}}`
	cloudEvents = `{"specversion":"1.0","id":"%d","source":"/s","type":"t",%s}`
)

// TestExtensionsGrowInProportion checks that four times the extension attributes take about four times the memory.
func TestExtensionsGrowInProportion(t *testing.T) {
	for name, form := range map[string]string{"OCI Events": envelopes, "Logging": logRecords, "CloudEvents": cloudEvents} {
		few, many := allocated(hostile.Delivery{Body: extended(form, 100, 62)}), allocated(hostile.Delivery{Body: extended(form, 100, 248)})
		if times := float64(many) / float64(few); times > 6 {
			t.Errorf("%s: four times the extensions take %.1f times the memory", name, times)
		}
	}
}

// BenchmarkExtensions decodes 1,000 records with 248 extension attributes each, as envelopes of OCI Events and as CloudEvents, one after the
// other, and reports how many times as long the envelopes take.
func BenchmarkExtensions(b *testing.B) {
	var took [2]time.Duration
	bodies := [2][]byte{extended(envelopes, events.MaxRecords, 248), extended(cloudEvents, events.MaxRecords, 248)}
	for b.Loop() {
		for index, body := range bodies {
			started := time.Now()
			for _, record := range events.Decode(events.Delivery{Body: body, CallID: "c", Prefix: "p"}) {
				if record.Err != nil {
					b.Fatal(record.Err)
				}
			}
			took[index] += time.Since(started)
		}
	}
	b.ReportMetric(float64(took[0])/float64(took[1]), "envelopes/CloudEvents")
}
