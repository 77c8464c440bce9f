package e2e

import (
	"flag"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// emulatedOCI returns an emulated OCI with the fields that the part "oci" of a scenario sets.
func emulatedOCI(t *testing.T, text string) *ocitest.Server {
	t.Helper()
	s := &ocitest.Server{}
	fields := flag.NewFlagSet("oci", flag.ContinueOnError)
	fields.IntVar(&s.Partitions, "Partitions", 0, "")
	fields.IntVar(&s.TopicMessages, "TopicMessages", 0, "")
	fields.IntVar(&s.PartitionBytes, "PartitionBytes", 0, "")
	fields.IntVar(&s.PartitionRequests, "PartitionRequests", 0, "")
	fields.IntVar(&s.PageSize, "PageSize", 0, "")
	fields.BoolVar(&s.EmptyPages, "EmptyPages", false, "")
	fields.DurationVar(&s.Step, "Step", 0, "")
	for line := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(line, "=")
		if err := fields.Set(name, value); err != nil {
			t.Fatalf("the line %q of the part oci: %v", line, err)
		}
	}
	return s
}

// destinations returns the default settings that say where results go. What has a stream in the scenario's settings has no topic.
func destinations(oci, settings string) []string {
	set := []string{"NOTIFICATIONS_ENDPOINT=" + oci}
	for _, d := range []struct{ kind, topic string }{{"RESULT", resultTopic}, {"DEAD_LETTER", deadLetterTopic}} {
		if slices.ContainsFunc(strings.Fields(settings), func(s string) bool { return strings.HasPrefix(s, d.kind+"_STREAM_OCID=") }) {
			set = append(set, "STREAMING_ENDPOINT="+oci)
		} else {
			set = append(set, d.kind+"_TOPIC_OCID="+d.topic)
		}
	}
	return set
}

func TestDestinations(t *testing.T) {
	for _, c := range []struct {
		settings string
		want     []string
	}{
		{"", []string{"NOTIFICATIONS_ENDPOINT=http://oci", "RESULT_TOPIC_OCID=" + resultTopic, "DEAD_LETTER_TOPIC_OCID=" + deadLetterTopic}},
		{"A=b RESULT_STREAM_OCID=s\n", []string{"NOTIFICATIONS_ENDPOINT=http://oci", "STREAMING_ENDPOINT=http://oci", "DEAD_LETTER_TOPIC_OCID=" + deadLetterTopic}},
		{"DEAD_LETTER_STREAM_OCID=s\n", []string{"NOTIFICATIONS_ENDPOINT=http://oci", "RESULT_TOPIC_OCID=" + resultTopic, "STREAMING_ENDPOINT=http://oci"}},
	} {
		if got := destinations("http://oci", c.settings); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q", c.settings, got)
		}
	}
}

// TestScenarioWithStream checks what a scenario shows of a stream, and its parts oci and faults.
func TestScenarioWithStream(t *testing.T) {
	emulated := emulatedOCI(t, "Partitions=2\nPartitionBytes=30\nPartitionRequests=9\nTopicMessages=60\nPageSize=7\nEmptyPages=true\nStep=1h\n")
	if got := [...]int{emulated.Partitions, emulated.PartitionBytes, emulated.PartitionRequests, emulated.TopicMessages, emulated.PageSize}; got != [...]int{2, 30, 9, 60, 7} {
		t.Errorf("fields %v", got)
	}
	if !emulated.EmptyPages || emulated.Step != time.Hour {
		t.Errorf("empty pages %t, step %s", emulated.EmptyPages, emulated.Step)
	}
	emulated.Fault = parseFaults(t, "POST /messages 2 refuse=0,2\n")
	emulated.SkipSignatures = true
	s := newScenarioOn(t, emulated, "")
	for _, entries := range []string{
		`{"value":"eyJkYXRhIjp7ImEiOjF9fQ=="},{"key":"aw==","value":"dHdv"}`, // {"data":{"a":1}}, two
		`{"value":"eA=="},{"value":"eQ=="},{"value":"eg=="}`,                 // x, y, z
	} {
		response, err := http.Post(s.emulator+"/20180418/streams/ocid1.stream.oc1.iad.a/messages", "application/json",
			strings.NewReader(`{"messages":[`+entries+`]}`))
		if err != nil || response.StatusCode != 200 {
			t.Fatal(response, err)
		}
		response.Body.Close()
	}
	var written strings.Builder
	s.writeOCI(t, &written, []byte(`{"results":[{"a":1}]}`))
	_, got, _ := strings.Cut(written.String(), "\nput: ")
	const want = `, into ocid1.stream.oc1.iad.a, partition 0, offset 0
{
  "data": "as answered"
}

put: k, into ocid1.stream.oc1.iad.a, partition 0, offset 1
two

put: , into ocid1.stream.oc1.iad.a, partition 0, offset 2
y
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	written.Reset()
	if s.writeOCI(t, &written, nil); written.Len() != 0 {
		t.Errorf("again: %s", written.String())
	}
}
