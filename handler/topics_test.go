package handler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/ocitest"
)

// published is a published event.
type published struct {
	ID, Type, TriggerID string

	Data struct {
		Brief       bool
		Replayable  *bool
		Outcome     string
		Invitation  map[string]any
		Trigger     *events.Trigger
		Error       *events.Error
		Event       string
		EventSize   int
		EventSHA256 string

		EventRecord, EventRecords int
	}
}

// toldBy returns the events that the bodies of messages hold: one, or a batch.
func toldBy(t *testing.T, bodies ...string) (all []published) {
	t.Helper()
	for _, body := range bodies {
		if !strings.HasPrefix(body, "[") {
			body = "[" + body + "]"
		}
		var batch []published
		if err := json.Unmarshal([]byte(body), &batch); err != nil {
			t.Fatal(err)
		}
		all = append(all, batch...)
	}
	return all
}

func bodiesOf(oci *ocitest.Server) (bodies []string) {
	for _, m := range oci.Messages() {
		bodies = append(bodies, m.Body)
	}
	return bodies
}

// garbage returns records that are no events, of about that size each.
func garbage(count, size int) []string {
	records := make([]string, count)
	for index := range records {
		records[index] = fmt.Sprintf(`{"garbage": "%d %s"}`, index, strings.Repeat("é<g", size/4))
	}
	return records
}

func listOf(records ...string) string { return "[" + strings.Join(records, ",") + "]" }

const aSignup = `{"specversion": "1.0", "id": "signup", "source": "/s", "type": "com.example.tenancy.signup", "data": {"tenancyId": "ocid1.tenancy.oc1..acme"}}`

// The results of a delivery take at most 30 messages. Those that would be more are told brief, the longest first, and each says so.
func TestMessagesOfADelivery(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 2000)
	var named []string // the ids are as long as they may be
	for index := range 500 {
		named = append(named, fmt.Sprintf(`{"specversion": "1.0", "id": "%04d%s", "source": "/%s", "type": "com.%s", "data": {}}`, index, long, long, long))
	}
	for name, c := range map[string]struct {
		body         string
		events       int
		brief, whole int // the least numbers of brief failures, and of failures with their originals
	}{
		"few":           {listOf(append(garbage(29, 60_000), aSignup)...), 30, 0, 29},
		"large":         {listOf(append(garbage(76, 60_000), aSignup)...), 77, 47, 28},
		"many":          {listOf(append(garbage(499, 6000), aSignup)...), 500, 100, 100},
		"cut":           {listOf(append(garbage(31, 150_000), aSignup)...), 32, 2, 0},
		"surplus":       {listOf(append(garbage(3000, 800), aSignup)...), 1001, 1, 1000},
		"small":         {listOf(append(garbage(1000, 10), aSignup)...), 1001, 0, 1000},
		"long commands": {strings.ReplaceAll(strings.ReplaceAll(listOf(named...), `"com.`, `"senderinvitation.cancel", "subject": "`), "{}", `{"ifMatch": 1}`), 500, 300, 0},
	} {
		f := newFunction(t, &ocitest.Server{})
		if answer, cut := f.invoke(c.body); cut {
			t.Errorf("%s: cut: %.300s", name, answer)
		}
		all := toldBy(t, bodiesOf(f.oci)...)
		brief, whole := 0, 0
		for _, one := range all {
			switch failed := one.Data.Outcome == "failed"; {
			case failed && one.Data.Brief && (one.Data.Replayable == nil || *one.Data.Replayable || one.Data.Event != "" || one.Data.EventSize == 0 ||
				len(one.Data.EventSHA256) != 64 || one.Data.EventRecord == 0):
				t.Errorf("%s: a brief failure does not say so: %+v", name, one)
			case failed && !one.Data.Brief && one.Data.Replayable == nil && one.Data.Event == "":
				t.Errorf("%s: a failure has no original: %+v", name, one)
			case one.Data.Brief:
				brief++
			case failed && one.Data.Replayable == nil:
				whole++
			}
		}
		t.Logf("%s: %d messages, %d events, %d brief, %d failures with their originals", name, len(f.oci.Messages()), len(all), brief, whole)
		if len(f.oci.Messages()) > 30 || len(all) != c.events || brief < c.brief || whole < c.whole || c.brief == 0 && brief > 0 {
			t.Errorf("%s: %d messages, %d events, %d brief, %d whole; want at most 30, and %d, %d, %d", name, len(f.oci.Messages()), len(all), brief, whole, c.events, c.brief, c.whole)
		}
	}
}

// The results of large records are short, unless they failed. They fit in a few messages, so none is told brief.
func TestLargeRecordsOfShortResults(t *testing.T) {
	t.Parallel()
	var records []string
	for index := range 80 {
		records = append(records, strings.NewReplacer("acme", fmt.Sprint("t", index), `"signup"`, fmt.Sprintf(`"%d"`, index),
			`"data": {`, `"data": {"note": "`+strings.Repeat("n", 66_000)+`", `).Replace(aSignup))
	}
	f := newFunction(t, &ocitest.Server{})
	if answer, cut := f.invoke(listOf(records...)); cut {
		t.Fatalf("%.300s", answer)
	}
	all := toldBy(t, bodiesOf(f.oci)...)
	for _, one := range all {
		if one.Data.Brief || one.Data.Outcome != "created" {
			t.Errorf("%+v", one.Data)
		}
	}
	if len(all) != 80 || len(f.oci.Messages()) > 5 {
		t.Errorf("%d results in %d messages", len(all), len(f.oci.Messages()))
	}
}

// Results with an invitation are told brief before a failure loses its original.
func TestInvitationsAreBriefFirst(t *testing.T) {
	t.Parallel()
	var records []string
	tags := make([]string, 8)
	for index := range tags {
		tags[index] = fmt.Sprintf(`"tag%d": "%s"`, index, strings.Repeat("v", 256))
	}
	for index := range 600 {
		records = append(records, fmt.Sprintf(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..t%d", "freeformTags": {%s}}`, index, strings.Join(tags, ",")))
	}
	records = append(records, garbage(18, 40_000)...)
	f := newFunction(t, &ocitest.Server{}, "DEAD_LETTER_TOPIC_OCID", failures)
	if _, cut := f.invoke(listOf(records...)); cut {
		t.Fatal("cut")
	}
	brief, long := 0, 0
	for _, one := range toldBy(t, bodiesOf(f.oci)...) {
		switch {
		case one.Data.Outcome == "failed":
			if one.Data.Event == "" || one.Data.Brief {
				t.Errorf("%+v", one.Data)
			}
		case one.Data.Brief:
			brief++
			keys := []string{}
			for key := range one.Data.Invitation {
				keys = append(keys, key)
			}
			slices.Sort(keys)
			if got := strings.Join(keys, " "); got != "id lifecycleState recipientTenancyId status" || one.Data.Trigger == nil || one.TriggerID == "" {
				t.Errorf("%s, %+v", got, one)
			}
		default:
			long++
		}
	}
	if count := len(f.oci.Messages()); count > 30 || count < 28 || brief == 0 || long == 0 || brief+long != 600 {
		t.Errorf("%d messages, %d brief and %d long results", count, brief, long)
	}
}

// The failure that joins the records past the 1,000th describes all of them as they came, also repeats and the rest of a long list.
func TestJoinedRecords(t *testing.T) {
	t.Parallel()
	for name, surplus := range map[string][]string{
		"some":    garbage(2500, 100),
		"repeats": append(garbage(1800, 100), garbage(1800, 100)...),
		"rest":    garbage(11_000, 10),
	} {
		f := newFunction(t, &ocitest.Server{})
		f.invoke(listOf(append(garbage(1000, 600), surplus...)...))
		all, found := strings.Join(surplus, ","), false
		for _, one := range toldBy(t, bodiesOf(f.oci)...) {
			if one.Data.EventRecords == 0 {
				continue
			}
			found = true
			if want := fmt.Sprintf("%d records, from record 1001 on", len(surplus)); one.Data.EventRecords != len(surplus) || one.Data.EventRecord != 1001 ||
				!strings.HasPrefix(one.Data.Error.Message, want) || one.Data.EventSize != len(all) || one.Data.EventSHA256 != events.Digest([]byte(all)) {
				t.Errorf("%s: %+v %s, want %s of %d bytes", name, one.Data, one.Data.Error, want, len(all))
			}
		}
		if !found {
			t.Errorf("%s: no failure stands for several records", name)
		}
	}
}

// A topic at its limit takes nothing of the time that another topic needs.
func TestTopicsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		switch {
		case strings.Contains(r.URL.Path, results+"/"):
			return ocitest.Fault{Status: 429}
		case strings.Contains(r.URL.Path, failures+"/"):
			return ocitest.Fault{Delay: 50 * time.Millisecond}
		}
		return ocitest.Fault{}
	}}, "DEAD_LETTER_TOPIC_OCID", failures, "CONCURRENCY", "1")
	f.invokeWithin(10*time.Second, listOf(append(garbage(15, 60_000), aSignup)...))
	if told := toldBy(t, bodiesOf(f.oci)...); len(told) != 15 {
		t.Errorf("%d failures are told, want 15", len(told))
	}
}

// Creates take at most 30 messages even if the recipients' OCIDs are as long as they may be. In a dry run too, a brief result
// names its recipient.
func TestLongRecipients(t *testing.T) {
	t.Parallel()
	tag := strings.Repeat("v", 256)
	for length, named := range map[int]bool{100: true, 1024: false} {
		var records []string
		for index := range 700 {
			tenancy := fmt.Sprintf("ocid1.tenancy.oc1..%04d", index)
			tenancy += strings.Repeat("x", length-len(tenancy))
			records = append(records, fmt.Sprintf(`{"operation": "create", "recipientTenancyId": %q, "freeformTags": {"a": %[2]q, "b": %[2]q, "c": %[2]q, "d": %[2]q, "e": %[2]q, "f": %[2]q, "g": %[2]q, "h": %[2]q}}`, tenancy, tag))
		}
		f := newFunction(t, &ocitest.Server{}, "MODE", "dry-run")
		f.invoke(listOf(records...))
		brief, without := 0, 0
		for _, one := range toldBy(t, bodiesOf(f.oci)...) {
			if one.Data.Brief {
				brief++
				if one.Data.Invitation["recipientTenancyId"] == nil {
					without++
				}
			}
		}
		if count := len(f.oci.Messages()); count > 30 || brief == 0 || (without == 0) != named {
			t.Errorf("OCIDs of %d bytes: %d messages, %d of %d brief results name no recipient", length, count, without, brief)
		}
	}
}

// A failure that was told without its original cannot be replayed. The refusal says where the original is to be found.
func TestReplayOfBriefFailure(t *testing.T) {
	t.Parallel()
	f := newFunction(t, &ocitest.Server{})
	f.invoke(listOf(garbage(80, 60_000)...))
	for _, body := range bodiesOf(f.oci) {
		var batch []json.RawMessage
		if json.Unmarshal([]byte(body), &batch) != nil {
			batch = []json.RawMessage{json.RawMessage(body)}
		}
		for _, raw := range batch {
			one := toldBy(t, string(raw))[0]
			if !one.Data.Brief {
				continue
			}
			answer := f.request(http.MethodPost, "/events", string(raw)).Body.String()
			if want := fmt.Sprintf("the original was left out, because the results of its delivery needed more than 30 messages; it was record %d of its list (%d bytes, SHA-256 %s)",
				one.Data.EventRecord, one.Data.EventSize, one.Data.EventSHA256); !strings.Contains(answer, want) {
				t.Fatalf("%s, want %s", answer, want)
			}
			return
		}
	}
	t.Error("no failure is brief")
}
