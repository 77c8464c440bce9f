package publish

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/handler/oci"
)

// TestFitWhateverTheTime checks that the results of a delivery fit in 30 messages even if they are measured at a whole second, whose text is
// shorter than that of the time at which they are sent.
func TestFitWhateverTheTime(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 15, 30, 0, time.UTC)
	topic := Destination{Topic: "ocid1.onstopic.oc1.iad.results"}
	p := Publisher{options: Options{Results: topic, Failures: topic},
		emitter: emit.Emitter{Prefix: "p", Source: "/s", Now: func() time.Time { return now }}}
	var results []emit.Publication
	for number := range 1000 {
		invitation, err := json.Marshal(map[string]string{"id": fmt.Sprintf("ocid1.%d", number), "subject": strings.Repeat("x", 3000)})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, emit.Publication{Key: fmt.Sprint(number), Result: events.Result{Outcome: events.Created, Invitation: invitation}})
	}
	fitting := p.shares(results, "")[0].results
	now = now.Add(123456789)
	messages := 0
	for range p.messages(oci.Observer{}, fitting, &Counts{}) {
		messages++
	}
	if messages > maxMessages {
		t.Errorf("%d messages", messages)
	}
}
