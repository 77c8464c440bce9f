package ocitest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/streaming"

	"sender-invitations/internal/ocitest"
)

const putPath = "/20180418/streams/" + aStream + "/messages"

// entry makes an entry from "key=value", or from "value" without a key.
func entry(text string) streaming.PutMessagesDetailsEntry {
	key, value, keyed := strings.Cut(text, "=")
	if !keyed {
		return streaming.PutMessagesDetailsEntry{Value: []byte(text)}
	}
	return streaming.PutMessagesDetailsEntry{Key: []byte(key), Value: []byte(value)}
}

func (k *stack) put(entries ...string) (streaming.PutMessagesResponse, error) {
	request := streaming.PutMessagesRequest{StreamId: common.String(aStream)}
	for _, text := range entries {
		request.Messages = append(request.Messages, entry(text))
	}
	return k.streams.PutMessages(ctx, request)
}

// outcome writes how entries ended, as in "0:0 TooManyRequests 0:1": partition and
// offset, or the error.
func outcome(t *testing.T, response streaming.PutMessagesResponse, err error) string {
	t.Helper()
	if failure, ok := common.IsServiceError(err); ok {
		return fmt.Sprint(failure.GetHTTPStatusCode(), " ", failure.GetCode())
	}
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	failures := 0
	for _, e := range response.Entries {
		if e.Error != nil {
			failures++
			if *e.ErrorMessage == "" || e.Partition != nil || e.Offset != nil || e.Timestamp != nil {
				t.Errorf("refused entry %v", e)
			}
			words = append(words, *e.Error)
			continue
		}
		if e.ErrorMessage != nil || e.Timestamp == nil {
			t.Errorf("taken entry %v", e)
		}
		words = append(words, fmt.Sprintf("%s:%d", *e.Partition, *e.Offset))
	}
	if *response.Failures != failures {
		t.Errorf("%d failures, want %d", *response.Failures, failures)
	}
	return strings.Join(words, " ")
}

// inStream returns what is in the streams, as in "0:0=value".
func (k *stack) inStream() (list []string) {
	for _, m := range k.StreamMessages() {
		list = append(list, fmt.Sprintf("%d:%d=%s", m.Partition, m.Offset, m.Value))
	}
	return list
}

func TestPut(t *testing.T) {
	k := start(t, &ocitest.Server{})
	response, err := k.put("a=one", "two")
	if got := outcome(t, response, err); got != "0:0 0:1" || !response.Entries[1].Timestamp.Equal(k.clock.Now().Truncate(time.Millisecond)) {
		t.Errorf("answer %s, %v", got, response)
	}
	k.clock.advance(time.Hour)
	response, err = k.put("a=three")
	if got := outcome(t, response, err); got != "0:2" {
		t.Errorf("answer %s", got)
	}
	want := []ocitest.StreamMessage{
		{StreamID: aStream, Offset: 0, Key: "a", Value: "one"},
		{StreamID: aStream, Offset: 1, Value: "two"},
		{StreamID: aStream, Offset: 2, Key: "a", Value: "three"},
	}
	list := k.StreamMessages()
	if last := list[2].Time; !last.Equal(list[0].Time.Add(time.Hour)) {
		t.Errorf("times %v and %v", list[0].Time, last)
	}
	for i := range list {
		list[i].Time = ocitest.Time{}
	}
	if !slices.Equal(list, want) {
		t.Errorf("messages %v", list)
	}
	if k.StreamMessages()[0].Time.IsZero() || len(k.Messages()) != 0 {
		t.Error("messages are not a copy, or reached a topic")
	}
}

// TestPartitions checks that all messages of a key are in one partition, in order,
// and that those without a key and many keys use every partition.
func TestPartitions(t *testing.T) {
	k := start(t, &ocitest.Server{Partitions: 3})
	response, err := k.put("one", "two", "three", "four")
	if got := outcome(t, response, err); got != "0:0 1:0 2:0 0:1" {
		t.Errorf("without a key: %s", got)
	}
	of := map[string]int{} // the partition of each key
	used := map[int]bool{}
	for round := range 2 {
		for key := range 20 {
			response, err := k.put(fmt.Sprintf("key%d=%d", key, round))
			outcome(t, response, err)
		}
	}
	next := map[int]int64{}
	for _, m := range k.StreamMessages() {
		if m.Offset != next[m.Partition] {
			t.Errorf("message %v, want offset %d", m, next[m.Partition])
		}
		next[m.Partition]++
		if m.Key == "" {
			continue
		}
		used[m.Partition] = true
		if p, seen := of[m.Key]; seen && p != m.Partition {
			t.Errorf("%s is in the partitions %d and %d", m.Key, p, m.Partition)
		}
		of[m.Key] = m.Partition
	}
	if len(used) != 3 {
		t.Errorf("the keys use the partitions %v", slices.Sorted(maps.Keys(used)))
	}
}

// TestStreamsAreApart checks that streams share neither offsets nor limits.
func TestStreamsAreApart(t *testing.T) {
	k := start(t, &ocitest.Server{PartitionBytes: 1})
	for _, id := range []string{aStream, aStream + "b"} {
		response, err := k.streams.PutMessages(ctx, streaming.PutMessagesRequest{
			StreamId:           common.String(id),
			PutMessagesDetails: streaming.PutMessagesDetails{Messages: []streaming.PutMessagesDetailsEntry{entry("x")}},
		})
		if got := outcome(t, response, err); got != "0:0" {
			t.Errorf("%s: %s", id, got)
		}
	}
}

func TestPutRefuses(t *testing.T) {
	k := start(t, &ocitest.Server{})
	good := `{"value":"eA=="}`
	longKey := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 257))
	for _, test := range []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"no body", putPath, ``, 400, "CannotParseRequest"},
		{"a list", putPath, `[` + good + `]`, 400, "CannotParseRequest"},
		{"no messages", putPath, `{}`, 400, "MissingParameter"},
		{"null messages", putPath, `{"messages":null}`, 400, "MissingParameter"},
		{"empty messages", putPath, `{"messages":[]}`, 400, "InvalidParameter"},
		{"messages of another type", putPath, `{"messages":{}}`, 400, "InvalidParameter"},
		{"a message of another type", putPath, `{"messages":[` + good + `,"x"]}`, 400, "InvalidParameter"},
		{"null message", putPath, `{"messages":[` + good + `,null]}`, 400, "MissingParameter"},
		{"no value", putPath, `{"messages":[` + good + `,{"key":"eA=="}]}`, 400, "MissingParameter"},
		{"empty value", putPath, `{"messages":[` + good + `,{"value":""}]}`, 400, "InvalidParameter"},
		{"value not base64", putPath, `{"messages":[` + good + `,{"value":"x"}]}`, 400, "InvalidParameter"},
		{"base64 of URLs", putPath, `{"messages":[{"value":"_-_-"}]}`, 400, "InvalidParameter"},
		{"key not base64", putPath, `{"messages":[` + good + `,{"key":1,"value":"eA=="}]}`, 400, "InvalidParameter"},
		{"long key", putPath, `{"messages":[` + good + `,{"key":"` + longKey + `","value":"eA=="}]}`, 400, "InvalidParameter"},
		{"not a stream", "/20180418/streams/ocid1.streampool.oc1..x/messages", `{"messages":[` + good + `]}`, 404, "NotAuthorizedOrNotFound"},
		{"another method", "/20180418/streams/" + aStream, ``, 405, "MethodNotAllowed"},
		{"unknown", "/20180418/streams", ``, 404, "NotAuthorizedOrNotFound"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := k.send(t, "POST", test.path, test.body)
			got.check(t, test.status, test.code)
			if strings.Contains(test.body, good+",") && !strings.Contains(test.body, `"x"]`) && !strings.Contains(got.body, "messages[1]: ") {
				t.Errorf("message does not name the place: %s", got.body)
			}
		})
	}
	do(t, newRequest(t, "POST", k.url+putPath, `{"messages":[`+good+`]}`)).check(t, 401, "NotAuthenticated")
	if list := k.StreamMessages(); len(list) != 0 {
		t.Errorf("messages %v", list)
	}
}

// TestPutSizes checks the limits of a request. They are of what base64 stands for.
func TestPutSizes(t *testing.T) {
	const most = 1 << 20
	key, x := strings.Repeat("k", 256), strings.Repeat("x", most)
	for _, test := range []struct {
		name    string
		entries []string
		want    string
	}{
		{"one message", []string{x}, "0:0"},
		{"with a key", []string{key + "=" + x[256:]}, "0:0"},
		{"one byte more", []string{x + "x"}, "413 PayloadTooLarge"},
		{"one byte more with the key", []string{"k=" + x}, "413 PayloadTooLarge"},
		{"in all", []string{x[most/2:], x[most/2:]}, "0:0 0:1"},
		{"one byte more in all", []string{x[most/2:], x[most/2-1:]}, "413 PayloadTooLarge"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := start(t, &ocitest.Server{PartitionBytes: ocitest.DocumentedPartitionBytes, PartitionRequests: ocitest.DocumentedPartitionRequests})
			response, err := k.put(test.entries...)
			if got := outcome(t, response, err); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if taken := strings.Count(test.want, ":"); len(k.StreamMessages()) != taken {
				t.Errorf("%d messages", len(k.StreamMessages()))
			}
		})
	}
}

func TestOneByteMessages(t *testing.T) {
	k := start(t, &ocitest.Server{SkipSignatures: true})
	put := func(body string) reply { return do(t, newRequest(t, "POST", k.url+putPath, body)) }
	body := `{"messages":[` + strings.Repeat(`{"value":"eA=="},`, 1<<16-1) + `{"value":"eA=="}]}`
	if got := put(body); got.status != 200 {
		t.Errorf("answer %d", got.status)
	}
	put(body+strings.Repeat(" ", 32<<20)).check(t, 413, "PayloadTooLarge")
	if got := len(k.StreamMessages()); got != 1<<16 {
		t.Errorf("%d messages", got)
	}
}

func TestGetStream(t *testing.T) {
	k := start(t, &ocitest.Server{Partitions: 5, Streams: map[string]string{aStream: "", aStream + "b": "DELETING"}})
	get := func(id string) (streaming.GetStreamResponse, error) {
		return k.streamAdmin.GetStream(ctx, streaming.GetStreamRequest{StreamId: common.String(id)})
	}
	for id, want := range map[string]string{aStream: "ACTIVE", aStream + "b": "DELETING", aStream + "c": ""} {
		got, err := get(id)
		if string(got.LifecycleState) != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v", id, got.LifecycleState, err)
		}
	}
	got, err := get(aStream)
	if err != nil {
		t.Fatal(err)
	}
	if *got.Id != aStream || *got.Name == "" || *got.Partitions != 5 || *got.RetentionInHours < 24 || *got.CompartmentId != ocitest.DefaultTenancy ||
		!strings.HasPrefix(*got.StreamPoolId, "ocid1.streampool.") || got.TimeCreated == nil || *got.MessagesEndpoint != k.url {
		t.Errorf("stream %v", got.Stream)
	}
	k.send(t, "POST", "/20180418/streams/"+aStream+"c/messages", `{"messages":[{"value":"eA=="}]}`).check(t, 404, "NotAuthorizedOrNotFound")
}

func TestStreamByDefault(t *testing.T) {
	k := start(t, &ocitest.Server{})
	got, err := k.streamAdmin.GetStream(ctx, streaming.GetStreamRequest{StreamId: common.String(aStream)})
	if err != nil || *got.Partitions != 1 || got.LifecycleState != streaming.StreamLifecycleStateActive {
		t.Errorf("stream %v %v", got.Stream, err)
	}
	_, err = k.streamAdmin.GetStream(ctx, streaming.GetStreamRequest{StreamId: common.String("ocid1.streampool.oc1..x")})
	checkServiceError(t, err, 404, "NotAuthorizedOrNotFound")
}

// TestMessagesPageWithStream checks the page with messages of a topic and a stream.
func TestMessagesPageWithStream(t *testing.T) {
	k := start(t, &ocitest.Server{Partitions: 2})
	publish := func(body string) {
		if _, err := k.publish(nil, common.String(body)); err != nil {
			t.Error(err)
		}
		k.clock.advance(time.Millisecond)
	}
	put := func(entries ...string) {
		response, err := k.put(entries...)
		outcome(t, response, err)
		k.clock.advance(time.Millisecond)
	}
	put("plain <text>")
	publish("1")
	put(`{"type":"a"}`, `a={"type":"b"}`)
	publish("2")
	var page bytes.Buffer
	if err := json.Compact(&page, []byte(do(t, newRequest(t, "GET", k.url+"/messages", "")).body)); err != nil {
		t.Fatal(err)
	}
	want := `[{"streamId":"STREAM","partition":"0","offset":0,"timeStamp":"2050-01-02T15:04:05.678Z","body":"plain <text>"},` +
		`{"messageId":"00000000-0000-4000-8000-000000000001","topicId":"TOPIC","timeStamp":"2050-01-02T15:04:05.679Z","body":1},` +
		`{"streamId":"STREAM","partition":"1","offset":0,"timeStamp":"2050-01-02T15:04:05.680Z","body":{"type":"a"}},` +
		`{"streamId":"STREAM","partition":"0","offset":1,"timeStamp":"2050-01-02T15:04:05.680Z","key":"a","body":{"type":"b"}},` +
		`{"messageId":"00000000-0000-4000-8000-000000000002","topicId":"TOPIC","timeStamp":"2050-01-02T15:04:05.681Z","body":2}]`
	if got := strings.NewReplacer(aStream, "STREAM", topic, "TOPIC").Replace(page.String()); got != want {
		t.Errorf("page %s\nwant %s", got, want)
	}
}

func TestStreamFaults(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault ocitest.Fault
		want  string // the outcome; "" for a cut
		taken string
	}{
		{"entries", ocitest.Fault{RefuseEntries: []int{0, 2, 7}}, "TooManyRequests 0:0 TooManyRequests", "b"},
		{"all entries", ocitest.Fault{RefuseEntries: []int{0, 1, 2}, Code: "InternalServerError"}, "InternalServerError InternalServerError InternalServerError", ""},
		{"no entries", ocitest.Fault{RefuseEntries: []int{}}, "0:0 0:1 0:2", "abc"},
		{"status", ocitest.Fault{Status: 500, RefuseEntries: []int{0}}, "500 InternalServerError", ""},
		{"reset", ocitest.Fault{Reset: true}, "", ""},
		{"dropped answer", ocitest.Fault{DropAnswer: true}, "", "abc"},
		{"dropped answer with entries", ocitest.Fault{DropAnswer: true, RefuseEntries: []int{1}}, "", "ac"},
		{"body", ocitest.Fault{Body: `{"failures":0,"entries":[]}`}, "", "abc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := start(t, &ocitest.Server{Fault: func(*http.Request) ocitest.Fault { return test.fault }})
			response, err := k.put("a", "b", "c")
			if _, refused := common.IsServiceError(err); err == nil || refused {
				if got := outcome(t, response, err); got != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
			} else if test.want != "" {
				t.Error(err)
			}
			taken := ""
			for _, m := range k.StreamMessages() {
				taken += m.Value
			}
			if taken != test.taken {
				t.Errorf("taken %q, want %q", taken, test.taken)
			}
		})
	}
}

// TestSideBySide checks that requests at once share offsets and limits.
func TestSideBySide(t *testing.T) {
	k := start(t, &ocitest.Server{Partitions: 2, PartitionRequests: 10, TopicMessages: 10})
	var tasks sync.WaitGroup
	for range 30 {
		tasks.Go(func() {
			k.put("one", "two")
			k.publish(nil, common.String("m"))
			k.StreamMessages()
		})
	}
	tasks.Wait()
	seen := map[string]bool{}
	for _, place := range k.inStream() {
		place, _, _ := strings.Cut(place, "=")
		seen[place] = true
	}
	if len(seen) != 20 || len(k.StreamMessages()) != 20 || len(k.Messages()) != 10 {
		t.Errorf("stream %v, %d messages of the topic", k.inStream(), len(k.Messages()))
	}
}
