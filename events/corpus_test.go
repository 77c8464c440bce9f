package events_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/internal/delivery"
)

var update = flag.Bool("update", false, "rewrite testdata/events/decoded.txtar")

const (
	corpusFolder = "../testdata/events/"
	goldenFile   = corpusFolder + "decoded.txtar"
)

// corpus returns the names of the deliveries in testdata/events.
func corpus(tb testing.TB) []string {
	tb.Helper()
	entries, err := os.ReadDir(corpusFolder)
	if err != nil {
		tb.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.Name() != filepath.Base(goldenFile) {
			names = append(names, entry.Name())
		}
	}
	return names
}

// read returns a delivery of testdata/events.
func read(tb testing.TB, name string) events.Delivery {
	tb.Helper()
	header, body, err := delivery.Read(corpusFolder + name)
	if err != nil {
		tb.Fatal(err)
	}
	return events.Delivery{Body: body, Header: header, CallID: "call-1", Prefix: "senderinvitation", Direct: true}
}

// TestCorpus checks that each delivery in testdata/events decodes to the events or errors in decoded.txtar. Only the
// deliveries called bad-… have records that cannot be decoded. go test ./events -update rewrites decoded.txtar.
func TestCorpus(t *testing.T) {
	golden, err := txtar.ParseFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, part := range golden.Files {
		want[part.Name] = string(part.Data)
	}
	names := corpus(t)
	if len(names) < 40 {
		t.Errorf("only %d deliveries", len(names))
	}
	golden.Files = nil
	for _, name := range names {
		got := describe(t, name)
		golden.Files = append(golden.Files, txtar.File{Name: name, Data: []byte(got)})
		if got != want[name] && !*update {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want[name])
		}
		delete(want, name)
		if isBad := strings.HasPrefix(name, "bad-"); isBad != strings.Contains("\n"+got, "\nfailed ") {
			t.Errorf("%s: bad? %v\n%s", name, isBad, got)
		}
	}
	if *update {
		if err := os.WriteFile(goldenFile, txtar.Format(golden), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if len(want) > 0 {
		t.Errorf("%s has parts of no delivery: %v", goldenFile, want)
	}
}

// isBinary reports whether the attributes of an event are in headers.
func isBinary(header http.Header) bool { return header.Get("Ce-Id")+header.Get("Ce-Specversion") != "" }

// describe decodes a delivery and returns its events and errors as text.
func describe(t *testing.T, name string) string {
	t.Helper()
	d := read(t, name)
	records := events.Decode(d)
	if len(records) == 0 {
		return "no records\n"
	}
	var text strings.Builder
	for _, record := range records {
		if !bytes.Contains(d.Body, record.Body) && !isBinary(d.Header) {
			t.Errorf("%s: the record is not part of the body: %s", name, record.Body)
		}
		if record.Err != nil {
			fmt.Fprintf(&text, "failed %d %s\n", record.Err.Status, record.Err)
			continue
		}
		encoded, err := events.Encode(record.Event)
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, encoded, "", "  "); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&text, indented.String())
		if plain := (events.Identity{Source: record.Event.Source(), ID: record.Event.ID()}); record.Sent != plain {
			fmt.Fprintf(&text, "sent with source %+q and id %+q\n", record.Sent.Source, record.Sent.ID)
		}
	}
	return text.String()
}

// TestCorpusReplays checks that the original in a failed event decodes to the same event again, for every form, alone or in a
// list.
func TestCorpusReplays(t *testing.T) {
	emitter := emit.Emitter{Prefix: "senderinvitation", Source: "/f", Now: time.Now}
	for _, name := range corpus(t) {
		for _, record := range events.Decode(read(t, name)) {
			if record.Err != nil && strings.HasPrefix(record.Err.Message, "records ") {
				continue // the rest of a broken list may be valid by itself
			}
			if record.Err != nil && len(record.Body) == 0 {
				continue // nothing is there to replay
			}
			p := emit.Publication{Original: record.Body, Listed: record.Listed, ContentType: record.ContentType, Result: events.Result{Outcome: events.Failed, Error: events.Internal()}}
			if record.Err == nil {
				p.Result.Trigger = record.Trigger()
			}
			encoded, err := emitter.Emit(p, 64<<10)
			if err != nil {
				t.Fatal(err)
			}
			var failed struct{ Data json.RawMessage }
			if err := json.Unmarshal(encoded, &failed); err != nil {
				t.Fatal(err)
			}
			again, _, fault := events.Replay(failed.Data, events.Delivery{CallID: "call-2", Prefix: "senderinvitation"})
			if fault != nil || (again.Err == nil) != (record.Err == nil) {
				t.Errorf("%s: %v, %v; was %v", name, fault, again.Err, record.Err)
			} else if again.Err == nil && (again.Event.String() != record.Event.String() || again.Sent != record.Sent) {
				t.Errorf("%s:\n%s, %q\nis replayed as\n%s, %q", name, record.Event, record.Sent, again.Event, again.Sent)
			}
		}
	}
}

// TestCorpusApprovals checks that the original in a held event decodes to the same event again, for every form, alone or in a list.
func TestCorpusApprovals(t *testing.T) {
	emitter := emit.Emitter{Prefix: "senderinvitation", Source: "/f", Now: time.Now}
	for _, name := range corpus(t) {
		for _, record := range events.Decode(read(t, name)) {
			if record.Err != nil {
				continue // it asks for nothing that could be held
			}
			encoded, err := emitter.Emit(emit.Publication{Original: record.Body, Listed: record.Listed, ContentType: record.ContentType,
				Result: events.Result{Outcome: events.Held, Command: []byte(`{}`), Trigger: record.Trigger()}}, 64<<10)
			if err != nil {
				t.Fatal(err)
			}
			delivery := events.Delivery{Body: encoded, CallID: "call-2", Prefix: "senderinvitation"}
			held := events.Decode(delivery)[0]
			again, _, err := events.Approve(held.Event, delivery, time.Now())
			if err != nil || again.Err != nil {
				t.Errorf("%s: %v, %v", name, err, again.Err)
			} else if again.Event.String() != record.Event.String() || again.Sent != record.Sent {
				t.Errorf("%s:\n%s, %q\nis approved as\n%s, %q", name, record.Event, record.Sent, again.Event, again.Sent)
			}
		}
	}
}

// FuzzDecode checks that Decode does not panic, that records are parts of the body, and that each decoded event is valid and
// survives encoding and decoding.
func FuzzDecode(f *testing.F) {
	for _, name := range corpus(f) {
		d := read(f, name)
		f.Add(d.Body, d.Header.Get("Content-Type"), d.Header.Get("Ce-Specversion"), d.Header.Get("Ce-Id"), d.Header.Get("Ce-Source"),
			d.Header.Get("X-OCI-NS-MessageId"), d.Header.Get("X-OCI-NS-TopicOcid"), d.Direct)
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType, version, id, source, message, topic string, direct bool) {
		header := http.Header{}
		for name, value := range map[string]string{"Content-Type": contentType, "Ce-Specversion": version, "Ce-Id": id, "Ce-Source": source,
			"X-OCI-NS-MessageId": message, "X-OCI-NS-TopicOcid": topic} {
			if value != "" {
				header.Set(name, value)
			}
		}
		inHeaders := version+id+source != ""
		if inHeaders {
			header.Set("Ce-Type", "t")
		}
		for index, record := range events.Decode(events.Delivery{Body: body, Header: header, CallID: "c", Prefix: "p", Direct: direct}) {
			if !inHeaders && index < 10*events.MaxRecords && !bytes.Contains(body, record.Body) { // the rest of a long list is a copy
				t.Fatalf("%q is no part of the body", record.Body)
			}
			if record.Err != nil {
				continue
			}
			if err := record.Event.Validate(); err != nil {
				t.Fatalf("%s\n%v", record.Event, err)
			}
			encoded, err := events.Encode(record.Event)
			if err != nil {
				t.Fatal(err)
			}
			again := events.Decode(events.Delivery{Body: encoded, CallID: "c", Prefix: "p"})[0] // not direct: it is never empty
			if again.Err != nil {
				t.Fatalf("%s\ndoes not decode again: %v", encoded, again.Err)
			}
			if twice, err := events.Encode(again.Event); err != nil || !bytes.Equal(twice, encoded) {
				t.Fatalf("%s\nbecomes\n%s\n%v", encoded, twice, err)
			}
		}
	})
}
