package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

var chaosWait = flag.Bool("chaos.wait", false, "deliver hard lists also while the topic is full, which takes a minute")

// TestHardLists delivers lists whose results are more than a topic's 60 messages a minute hold, while others publish 20 messages a minute
// to the topic. The delivery must come through with 30 messages at most, and no result may be missing. A stream takes all results whole.
// This takes seconds; the invocation may take 300 s, for this machine can be slow.
//
// With -chaos.wait, which make chaos sets, others have also filled the topic just before. The list waits for it, and must come through at
// the first delivery if an invocation may take 300 s, and in three if it may take 60 s.
func TestHardLists(t *testing.T) {
	plays := []hardPlay{
		{name: "to a topic", timeout: "300s", before: 20, deliveries: 1},
		{name: "into a stream", timeout: "300s", stream: true, deliveries: 1},
	}
	if *chaosWait {
		plays = append(plays,
			hardPlay{name: "to a full topic in 300 s", timeout: "300s", before: ocitest.DocumentedTopicMessages, deliveries: 1},
			hardPlay{name: "to a full topic in 60 s", timeout: "60s", before: ocitest.DocumentedTopicMessages, deliveries: 3})
	}
	for _, list := range hardLists() {
		for _, how := range plays {
			t.Run(list.name+" "+how.name, func(t *testing.T) {
				t.Parallel()
				how.play(t, list)
			})
		}
	}
}

// hardList is a list of commands, or of records that cannot be decoded and a signup.
type hardList struct {
	name    string
	body    []byte
	records []json.RawMessage
	invited map[string]int // the numbers of the records that invite, from 1, by recipient tenancy
}

func hardLists() []hardList {
	tags := map[string]string{}
	for number := range 8 {
		tags[fmt.Sprint("tag", number)] = strings.Repeat("x", 256)
	}
	creates, invited := []string{}, map[string]int{}
	for number := range events.MaxRecords {
		recipient := fmt.Sprintf("ocid1.tenancy.oc1..hard%d", number)
		command, err := json.Marshal(map[string]any{"operation": "create", "recipientTenancyId": recipient, "freeformTags": tags})
		if err != nil {
			panic(err) // strings always have a JSON form
		}
		creates, invited[recipient] = append(creates, string(command)), number+1
	}
	texts, err := json.Marshal(garbage(999, 6_000)) // text messages of a queue
	if err != nil {
		panic(err)
	}
	return []hardList{
		newHardList("1000 creates with long tags", streamOf(creates...), invited),
		newHardList("999 records of 6 KB and a signup", texts, map[string]int{hardSignup.recipient: 1000}),
		newHardList("76 records of 60 KB and a signup", streamOf(garbage(76, 60_000)...), map[string]int{hardSignup.recipient: 77}),
	}
}

var hardSignup = &chaosEvent{signup, "hard signup", "ocid1.tenancy.oc1..hardsignup"}

// garbage returns different texts that do not decode, and a signup behind them.
func garbage(count, size int) (texts []string) {
	for number := range count {
		text := fmt.Sprintf("no event %d ", number)
		texts = append(texts, text+strings.Repeat("x", size-len(text)))
	}
	return append(texts, hardSignup.body())
}

func newHardList(name string, body []byte, invited map[string]int) hardList {
	list := hardList{name: name, body: body, invited: invited}
	if err := json.Unmarshal(body, &list.records); err != nil {
		panic(err)
	}
	return list
}

// hardPlay says how a list is delivered.
type hardPlay struct {
	name       string
	timeout    string // of an invocation
	stream     bool
	before     int // the messages that others have published just before
	deliveries int // the most until the list is acknowledged
}

func (how hardPlay) play(t *testing.T, list hardList) {
	oci := &ocitest.Server{TopicMessages: ocitest.DocumentedTopicMessages, Partitions: 2, PartitionBytes: ocitest.DocumentedPartitionBytes,
		PartitionRequests: ocitest.DocumentedPartitionRequests, SkipSignatures: true} // others publish unsigned
	settings := "LOG_LEVEL=error DEAD_LETTER_TOPIC_OCID=" + resultTopic
	if how.stream {
		settings = "LOG_LEVEL=error RESULT_STREAM_OCID=" + chaosStream + " DEAD_LETTER_STREAM_OCID=" + chaosStream
	}
	s := newScenarioOn(t, oci, "TIMEOUT="+how.timeout+" "+settings)
	s.host.Stderr = &chaosLog{t: t} // a delivery that is cut logs each result
	for range how.before {
		s.publishOther(t)
	}
	defer s.publishOthers(t)()
	started := time.Now()
	for delivery := 1; ; delivery++ {
		answer, err := s.host.Invoke(context.Background(), fnhost.Call{Header: http.Header{"Content-Type": {"application/json"}}, Body: list.body})
		var failure *fnhost.Failure
		if err != nil && !errors.As(err, &failure) || failure != nil && failure.Code == "FunctionInvokeTimeout" {
			t.Fatal(err)
		}
		if told := len(s.toldBy(t, fmt.Sprint("call-", delivery))); told > 30 && !how.stream {
			t.Errorf("delivery %d took %d messages", delivery, told)
		}
		if err == nil {
			t.Logf("%d bytes, %d deliveries, %.1f s", len(list.body), delivery, time.Since(started).Seconds())
			list.check(t, s, answer, how.stream)
			break
		}
		if delivery == how.deliveries {
			t.Fatalf("not acknowledged after %d deliveries and %.1f s", delivery, time.Since(started).Seconds())
		}
	}
}

// publishOther publishes a message of others. It may be refused.
func (s *scenario) publishOther(t *testing.T) {
	response, err := http.Post(s.emulator+"/20181201/topics/"+resultTopic+"/messages", "application/json", strings.NewReader(`{"body": "other"}`))
	if err != nil {
		t.Error(err)
		return
	}
	response.Body.Close()
}

// publishOthers publishes 20 messages a minute, until stop.
func (s *scenario) publishOthers(t *testing.T) (stop func()) {
	done := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		tick := time.NewTicker(time.Minute / 20)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				s.publishOther(t)
			case <-done:
				return
			}
		}
	})
	return func() { close(done); others.Wait() }
}

// check checks that the delivery that was answered has told the result of every record, and that each recipient is invited once.
func (l hardList) check(t *testing.T, s *scenario, answer fnhost.Answer, whole bool) {
	t.Helper()
	if got := readAnswer(t, answer.Body); len(got.Results) != len(l.records) {
		t.Errorf("%d results in the answer", len(got.Results))
	}
	messages, told, brief := s.toldBy(t, answer.CallID), map[int]int{}, 0
	for _, message := range messages {
		for _, e := range publishedEvents(t, message) {
			told[l.recordOf(t, e)]++
			if e.Data.Brief {
				brief++
			}
		}
	}
	t.Logf("%d results in %d messages, %d brief", len(l.records), len(messages), brief)
	for number := range l.records {
		if count := told[number+1]; count != 1 {
			t.Errorf("record %d is told %d times", number+1, count)
		}
	}
	switch {
	case whole && brief > 0:
		t.Errorf("%d results in the stream are brief", brief)
	case !whole && brief == 0:
		t.Error("no result is brief: the list is not hard")
	}
	invited := map[string]int{}
	for _, invitation := range s.oci.Invitations() {
		invited[invitation.RecipientTenancyID]++
	}
	for recipient := range l.invited {
		if invited[recipient] != 1 || len(invited) != len(l.invited) {
			t.Errorf("%s has %d invitations, and %d recipients have one", recipient, invited[recipient], len(invited))
		}
	}
}

// recordOf returns the number of the record whose result the event is. It checks what the event tells of the record.
func (l hardList) recordOf(t *testing.T, e publishedEvent) int {
	t.Helper()
	if e.Data.Outcome != events.Failed {
		invitation := events.ReadInvitation(e.Data.Invitation)
		if e.Data.Outcome != events.Created && e.Data.Outcome != events.Existing || invitation.ID == "" || invitation.Status != "PENDING" {
			t.Errorf("%s %s: %s", e.Data.Outcome, e.TriggerID, e.Data.Invitation)
		}
		if brief := !strings.Contains(string(e.Data.Invitation), "freeformTags"); brief != e.Data.Brief {
			t.Errorf("%s: marked as brief %v: %s", e.TriggerID, e.Data.Brief, e.Data.Invitation)
		}
		return l.invited[invitation.RecipientTenancyID]
	}
	original := e.Data.Original
	if original.Replayable == nil && !e.Data.Brief { // it carries the record as it came
		return 1 + slices.IndexFunc(l.records, func(record json.RawMessage) bool { return string(record) == original.Event })
	}
	if original.EventRecord < 1 || original.EventRecord > len(l.records) || original.Replayable == nil || *original.Replayable {
		t.Errorf("failed event: %+v", original)
		return 0
	}
	record := l.records[original.EventRecord-1]
	if original.EventSize != len(record) || original.EventSHA256 != events.Digest(record) || !strings.HasPrefix(string(record), original.Event) ||
		(original.Event == "") != e.Data.Brief {
		t.Errorf("record %d: %d bytes, %s, brief %v, %.80s", original.EventRecord, original.EventSize, original.EventSHA256, e.Data.Brief, original.Event)
	}
	return original.EventRecord
}
