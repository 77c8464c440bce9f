package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
)

// streamOf returns the delivery that Connector Hub makes of a stream with these values.
func streamOf(values ...string) []byte {
	type record struct {
		Stream    string  `json:"stream"`
		Partition string  `json:"partition"`
		Key       *string `json:"key"`
		Value     string  `json:"value"`
		Offset    int     `json:"offset"`
		Timestamp int64   `json:"timestamp"`
	}
	var records []record
	for offset, value := range values {
		records = append(records, record{"signups", "0", nil, base64.StdEncoding.EncodeToString([]byte(value)), offset, 1761223385480})
	}
	encoded, err := json.Marshal(records)
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	return encoded
}

func invoke(t *testing.T, s *scenario, body []byte) answered {
	t.Helper()
	answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: http.Header{"Content-Type": {"application/json"}}, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return readAnswer(t, answer.Body)
}

// TestPoisonedStream checks that an invalid record among a hundred does not affect the others: they are carried out, the
// results are in the order of the records, and they are published in messages of at most 64 KB.
func TestPoisonedStream(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	const poison = 41
	values := make([]string, 100)
	for index := range values {
		values[index] = fmt.Sprintf(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..recipient%d"}`, index)
	}
	values[poison] = "Sent at 09:15"
	got := invoke(t, s, streamOf(values...))
	if len(got.Results) != len(values) {
		t.Fatalf("%d results", len(got.Results))
	}
	for index, result := range got.Results {
		if index == poison {
			if result.Outcome != events.Failed || result.Error.Status != 400 || !strings.HasPrefix(result.Error.Message, "record 42: Streaming record signups/0/41: the value is not JSON") {
				t.Errorf("record %d: %+v %v", index+1, result, result.Error)
			}
			continue
		}
		if recipient := events.ReadInvitation(result.Invitation).RecipientTenancyID; result.Outcome != events.Created ||
			recipient != fmt.Sprintf("ocid1.tenancy.oc1..recipient%d", index) || result.Trigger.ID != fmt.Sprintf("signups/0/%d", index) {
			t.Errorf("record %d: %s %s %+v", index+1, result.Outcome, recipient, result.Trigger)
		}
	}
	published := map[events.Outcome]int{}
	for _, call := range s.oci.Calls() {
		if strings.HasSuffix(call.Path, "/messages") && len(call.Body) > 64<<10 {
			t.Errorf("a message of %d bytes", len(call.Body))
		}
	}
	for _, message := range s.oci.Messages() {
		for _, e := range publishedEvents(t, message.Body) {
			published[e.Data.Outcome]++
		}
	}
	if len(s.oci.Invitations()) != 99 || published[events.Created] != 99 || published[events.Failed] != 1 || len(s.oci.Messages()) > 4 {
		t.Errorf("%d invitations, %v in %d messages", len(s.oci.Invitations()), published, len(s.oci.Messages()))
	}
}

// TestStreamRedelivered checks that a redelivery of a list finds the invitations that the first delivery made.
func TestStreamRedelivered(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	body := streamOf(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..b"}`)
	first, again := invoke(t, s, body), invoke(t, s, body)
	for index := range first.Results {
		if one, other := events.ReadInvitation(first.Results[index].Invitation).ID, events.ReadInvitation(again.Results[index].Invitation).ID; one == "" || one != other {
			t.Errorf("record %d: %q, then %q", index+1, one, other)
		}
	}
	if made := len(s.oci.Invitations()); made != 2 {
		t.Errorf("%d invitations", made)
	}
}

// TestListTooLong checks that only the record beyond the limit fails, and that its original is published.
func TestListTooLong(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", "")
	const unmatched = `{"specversion": "1.0", "id": "1", "source": "/s", "type": "com.example.unmatched"}`
	got := invoke(t, s, []byte("["+strings.Repeat(unmatched+",", events.MaxRecords)+unmatched+"]"))
	last := got.Results[events.MaxRecords]
	if len(got.Results) != events.MaxRecords+1 || got.Results[events.MaxRecords-1].Outcome != events.Ignored || last.Outcome != events.Failed || last.Error.Status != 413 {
		t.Errorf("%d results, the last %+v", len(got.Results), last)
	}
	messages := s.oci.Messages()
	var failed struct{ Data struct{ Event string } }
	if len(messages) != 1 || json.Unmarshal([]byte(messages[0].Body), &failed) != nil || failed.Data.Event != unmatched {
		t.Errorf("published: %v", messages)
	}
}
