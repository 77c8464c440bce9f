package handler_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// newStreaming returns a function that puts all results into a stream.
func newStreaming(t *testing.T, oci *ocitest.Server, set ...string) *function {
	t.Helper()
	return newFunction(t, oci, append([]string{"RESULT_TOPIC_OCID", "", "RESULT_STREAM_OCID", resultStream}, set...)...)
}

func valuesOf(oci *ocitest.Server) (values []string) {
	for _, m := range oci.StreamMessages() {
		values = append(values, m.Value)
	}
	return values
}

// isPut reports whether the request is a PutMessages.
func isPut(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/messages") }

// Into a stream, no result is told brief, however many there are. Each is a message of its own. A request has at most a million bytes.
func TestStreamTakesEverything(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{Partitions: 3}
	f := newStreaming(t, oci)
	if answer, cut := f.invoke(listOf(append(garbage(46, 60_000), aSignup)...)); cut {
		t.Fatalf("%.300s", answer)
	}
	all := toldBy(t, valuesOf(oci)...)
	for _, one := range all {
		if one.Data.Brief || one.Data.Outcome == "failed" && one.Data.Event == "" {
			t.Errorf("brief: %+v", one)
		}
	}
	puts := 0
	for _, call := range oci.Calls() {
		if strings.HasSuffix(call.Path, "/messages") {
			puts++
			if len(call.Body) > 1_000_000 {
				t.Errorf("a request of %d bytes", len(call.Body))
			}
		}
	}
	if len(all) != 47 || puts > 5 || len(oci.Messages()) > 0 {
		t.Errorf("%d events by %d requests, %d messages to topics", len(all), puts, len(oci.Messages()))
	}
}

// The key of a message is the recipient tenancy, however the event names it: so all events of a recipient are in one partition, in order.
// Without a recipient the key is the event's subject, and an event without either has no key.
func TestKeysOfMessages(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{Partitions: 5}
	f := newStreaming(t, oci, "DENIED_RECIPIENTS", "*denied")
	const acme = "ocid1.tenancy.oc1..acme"
	f.invoke(aSignup)
	id := oci.Invitations()[0].ID
	f.invoke(fmt.Sprintf(`{"operation": "update", "senderInvitationId": %q, "displayName": "x"}`, id))
	f.invoke(`{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1.iad.acme"}`)
	f.invoke(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..denied"}`)
	f.invoke(`{"operation": "cancel", "senderInvitationId": "ocid1.senderinvitation.oc1..none"}`)
	f.invoke(`{"operation": "cancel"}`)
	f.invoke(listOf(aSignup, fmt.Sprintf(`{"operation": "update", "senderInvitationId": %q, "displayName": "y", "ifMatch": "old"}`, id)))
	f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+ocitest.DefaultTenancy+`", "recipientTenancyId": "ocid1.tenancy.oc1..http"}`)
	var keys []string
	partitions := map[int]bool{}
	for _, m := range oci.StreamMessages() {
		keys = append(keys, m.Key)
		if m.Key == acme {
			partitions[m.Partition] = true
		}
	}
	want := []string{acme, acme, acme, "ocid1.tenancy.oc1..denied", "ocid1.senderinvitation.oc1..none", "", acme, acme, "ocid1.tenancy.oc1..http"}
	if strings.Join(keys, "|") != strings.Join(want, "|") || len(partitions) != 1 {
		t.Errorf("%q, partitions %v\n%v", keys, partitions, valuesOf(oci))
	}
}

// Messages that the stream does not take are put again by themselves, as long as there is time; MAX_ATTEMPTS does not count that.
func TestRefusedMessagesArePutAgain(t *testing.T) {
	t.Parallel()
	var puts atomic.Int64
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if !isPut(r) {
			return ocitest.Fault{}
		}
		return [...]ocitest.Fault{{RefuseEntries: []int{0, 2}}, {RefuseEntries: []int{1}}, {Status: 429}, {}}[min(puts.Add(1)-1, 3)]
	}}
	f := newStreaming(t, oci, "MAX_ATTEMPTS", "1")
	if answer, cut := f.invoke(listOf(garbage(4, 10)...)); cut {
		t.Fatal(answer)
	}
	var sizes []int
	for _, call := range oci.Calls() {
		if strings.HasSuffix(call.Path, "/messages") {
			var put struct{ Messages []any }
			if err := json.Unmarshal(call.Body, &put); err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(put.Messages))
		}
	}
	if fmt.Sprint(sizes) != "[4 2 1 1]" || len(oci.StreamMessages()) != 4 {
		t.Errorf("requests of %v messages, %d in the stream", sizes, len(oci.StreamMessages()))
	}
}

// When time is over, what the stream did not take is logged, and the call is cut. The redelivery puts it.
func TestStreamThatTakesNothing(t *testing.T) {
	t.Parallel()
	var open atomic.Bool
	var puts atomic.Int64
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		if !isPut(r) || open.Load() {
			return ocitest.Fault{}
		}
		return ocitest.Fault{RefuseEntries: []int{int(min(1, 2-min(2, puts.Add(1))))}, Code: "someone@acme.example"} // the second message, then the only one
	}}
	f := newStreaming(t, oci)
	list := listOf(aSignup, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..globex"}`)
	if answer, cut := f.invokeWithin(usedUp, list); !cut {
		t.Errorf("not cut: %s", answer)
	}
	if log := f.log.String(); strings.Count(log, `"msg":"result could not be published"`) != 1 || !strings.Contains(log, `"messages":1,"errorCode":"sha256:`) ||
		!strings.Contains(log, `"published":1,"brief":0,"unpublished":1`) {
		t.Error(log)
	}
	open.Store(true)
	if answer, cut := f.invoke(list); cut || strings.Count(answer, `"existing"`) != 2 || len(oci.Invitations()) != 2 || len(oci.StreamMessages()) != 3 {
		t.Errorf("cut %v, %s, %d messages", cut, answer, len(oci.StreamMessages()))
	}
}

// An answer to PutMessages that cannot be right is no success.
func TestPutsThatAreNotBelieved(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":           `{}`,
		"too few entries":   `{"failures": 0, "entries": [{"partition": "0", "offset": 0}]}`,
		"too many":          `{"failures": 0, "entries": [{"offset": 0}, {"offset": 1}, {"offset": 2}]}`,
		"neither":           `{"failures": 0, "entries": [{"offset": 0}, {"partition": "0"}]}`,
		"another type":      `{"failures": 0, "entries": "2"}`,
		"negative offset":   `{"failures": 0, "entries": [{"offset": 0}, {"offset": -1}]}`,
		"wrong number":      `{"failures": 1, "entries": [{"offset": 0}, {"offset": 1}]}`,
		"offset of no type": `{"failures": 0, "entries": [{"offset": 0}, {"offset": "x"}]}`,
	} {
		f := newStreaming(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
			if isPut(r) {
				return ocitest.Fault{Body: body}
			}
			return ocitest.Fault{}
		}}, "MAX_ATTEMPTS", "1")
		if answer, cut := f.invoke(listOf(garbage(2, 10)...)); !cut || !strings.Contains(f.log.String(), `"msg":"answer to PutMessages not believed","callId":`) {
			t.Errorf("%s: cut %v, %s\n%s", name, cut, answer, &f.log)
		}
	}
}

// A Streaming record that holds a failed event, as a connector on the dead-letter stream delivers it, is a replay.
func TestReplayFromStream(t *testing.T) {
	t.Parallel()
	oci := &ocitest.Server{}
	f := newStreaming(t, oci, "DENIED_RECIPIENTS", "*acme")
	f.invoke(aSignup)
	value := base64.StdEncoding.EncodeToString([]byte(valuesOf(oci)[0]))
	record := fmt.Sprintf(`[{"stream": "results", "partition": "0", "key": null, "value": %q, "offset": 0, "timestamp": 1761223385480}]`, value)
	again := newStreaming(t, oci)
	if answer, cut := again.invoke(record); cut || !strings.Contains(answer, `"outcome":"created"`) || len(oci.Invitations()) != 1 {
		t.Errorf("%v %s", cut, answer)
	}
	if one := toldBy(t, valuesOf(oci)...)[1]; one.Type != "senderinvitation."+string(events.Created) || one.TriggerID != "signup" {
		t.Errorf("%+v", one)
	}
}

// The events of one recipient are in the stream in the order of the records, although the stream does not take the first of them at once.
func TestOrderInStream(t *testing.T) {
	t.Parallel()
	var puts atomic.Int64
	oci := &ocitest.Server{Partitions: 2, Fault: func(r *http.Request) ocitest.Fault {
		if isPut(r) && puts.Add(1) == 1 {
			return ocitest.Fault{RefuseEntries: []int{0}}
		}
		return ocitest.Fault{}
	}}
	f := newStreaming(t, oci)
	other := strings.NewReplacer("acme", "globex", `"id": "signup"`, `"id": "another"`).Replace(aSignup)
	if answer, cut := f.invoke(listOf(aSignup, other, `{"operation": "update", "recipientTenancyId": "ocid1.tenancy.oc1..acme", "displayName": "x"}`,
		`{"operation": "cancel", "recipientTenancyId": "ocid1.tenancy.oc1..acme"}`)); cut {
		t.Fatal(answer)
	}
	var told []string
	for _, m := range oci.StreamMessages() {
		if strings.HasSuffix(m.Key, "acme") {
			told = append(told, toldBy(t, m.Value)[0].Data.Outcome)
		}
	}
	if fmt.Sprint(told) != "[created updated canceled]" || puts.Load() != 4 {
		t.Errorf("%v by %d requests", told, puts.Load())
	}
}
