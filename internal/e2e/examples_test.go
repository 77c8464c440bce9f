package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/events"
	"sender-invitations/internal/delivery"
	"sender-invitations/internal/fnhost"
)

const examples = "deploy/examples"

// TestExamples plays every folder of deploy/examples: the function as a process on the Fn contract, with the folder's
// rules.yaml if it has one, on the emulated OCI. These files are sent in the order of their names, each twice, as a source that
// delivers at least once may do:
//
//	delivery*.json, *.http   a direct invocation; expected*.json is the first answer
//	request*.http            a request through the gateway; expected*.json is the body of the first answer
//	given.json               sent first: a command that makes an invitation for the others
//
// The folder's README must name any other file. go test ./internal/e2e -run Examples -update rewrites expected*.json.
func TestExamples(t *testing.T) {
	folders, err := os.ReadDir(inTree(examples))
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, entry := range folders {
		if entry.IsDir() {
			played++
			t.Run(entry.Name(), func(t *testing.T) {
				t.Parallel()
				playExample(t, inTree(filepath.Join(examples, entry.Name())))
			})
		} else if entry.Name() != "README.md" {
			t.Errorf("%s is not in the folder of an example", entry.Name())
		}
	}
	if played == 0 {
		t.Error("there are no examples")
	}
}

func playExample(t *testing.T, folder string) {
	deliveries := exampleDeliveries(t, folder)
	s := newExample(t, folder)
	if _, err := os.Stat(filepath.Join(folder, "given.json")); err == nil {
		checkOutcomes(t, "given", s.deliver(t, filepath.Join(folder, "given.json")), events.Created)
	}
	for _, file := range deliveries {
		name := filepath.Base(file)
		answer := s.deliver(t, file)
		expected := expectedOf(file)
		got := indent(answer) + "\n"
		if *update {
			if err := os.WriteFile(expected, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if want, err := os.ReadFile(expected); err != nil || got != string(want) {
			t.Errorf("%s: got\n%s\nwant %v\n%s", name, got, err, want)
		}
		var second []events.Outcome
		for _, outcome := range outcomesOf(t, answer) {
			second = append(second, cmp.Or(redelivered[outcome], outcome))
		}
		checkOutcomes(t, name+", again", s.deliver(t, file), second...)
	}
}

// redelivered maps an outcome to that of a redelivery, if it differs.
var redelivered = map[events.Outcome]events.Outcome{
	events.Created: events.Existing, events.Updated: events.Unchanged, events.Canceled: events.Unchanged,
}

// expectedOf returns the file with the expected answer to a delivery or request.
func expectedOf(file string) string {
	folder, name := filepath.Split(file)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	return folder + "expected" + strings.TrimPrefix(strings.TrimPrefix(name, "delivery"), "request") + ".json"
}

// exampleDeliveries returns the deliveries and requests of a folder. It fails the test for a file that the README must name and
// does not.
func exampleDeliveries(t *testing.T, folder string) (deliveries []string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Error(err)
	}
	var expected []string
	for _, entry := range files {
		name, file := entry.Name(), filepath.Join(folder, entry.Name())
		switch kind, _, _ := strings.Cut(strings.TrimSuffix(name, filepath.Ext(name)), "-"); {
		case kind == "delivery" || kind == "request" && filepath.Ext(name) == ".http":
			deliveries = append(deliveries, file)
			expected = append(expected, expectedOf(file))
		case kind == "expected" || name == "README.md" || name == "rules.yaml" || name == "given.json":
		case !bytes.Contains(readme, []byte(name)):
			t.Errorf("the README does not say what %s is", name)
		}
	}
	if len(deliveries) == 0 {
		t.Error("there is no delivery")
	}
	found, _ := filepath.Glob(filepath.Join(folder, "expected*"))
	for _, file := range found {
		if !slices.Contains(expected, file) {
			t.Errorf("%s belongs to no delivery", file)
		}
	}
	return deliveries
}

var (
	// commandsOf matches the setting COMMANDS in the commands of a page.
	commandsOf = regexp.MustCompile(`(?m)^fn config function sender-invitations sender-invitations COMMANDS (\S+)$`)
	// prefixOf matches the setting EVENT_TYPE_PREFIX there, also of another function: the page's deliveries are for that one.
	prefixOf = regexp.MustCompile(`(?m)^fn config function sender-invitations \S+ EVENT_TYPE_PREFIX (\S+)$`)
)

// newExample starts a function with the rules of an example and the prefix that its page sets, and with the commands that the page allows;
// none if it allows none. given.json is a command that only the test sends.
func newExample(t *testing.T, folder string) *scenario {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	allowed := "none"
	if match := commandsOf.FindSubmatch(page); match != nil {
		allowed = string(match[1])
	}
	if _, err := os.Stat(filepath.Join(folder, "given.json")); err == nil {
		allowed = strings.TrimPrefix(allowed+",create", "none,")
	}
	settings := "CONCURRENCY=1 COMMANDS=" + allowed // the emulated OCI counts ids, so the order of calls must be fixed
	if match := prefixOf.FindSubmatch(page); match != nil {
		settings += " EVENT_TYPE_PREFIX=" + string(match[1])
	}
	rules := filepath.Join(folder, "rules.yaml")
	if _, err := os.Stat(rules); err == nil {
		settings += " RULES_FILE=" + rules
	}
	return newScenario(t, settings, "")
}

// deliver sends a file with its headers, and compares what was published with the answer. NOW in the body is the present time.
func (s *scenario) deliver(t *testing.T, file string) []byte {
	t.Helper()
	header, body, err := delivery.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	body = bytes.ReplaceAll(body, []byte(`"NOW"`), []byte(time.Now().UTC().Format(`"`+time.RFC3339+`"`)))
	answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: header, Body: body})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if header.Get("Fn-Intent") == "httprequest" {
		s.checkHTTP(t, header, body, answer)
	}
	messages := s.oci.Messages()
	var published []string
	for _, message := range messages[s.messages:] {
		published = append(published, eventsOf(t, message.Body)...)
	}
	s.messages = len(messages)
	wanted := publishedFor(t, answer.Body)
	slices.Sort(published)
	slices.Sort(wanted)
	if !slices.Equal(published, wanted) {
		t.Errorf("%s: published %q, want %q", file, published, wanted)
	}
	return answer.Body
}

// checkHTTP compares a request through the gateway and its answer with deploy/openapi.yaml.
func (s *scenario) checkHTTP(t *testing.T, header http.Header, body []byte, answer fnhost.Answer) {
	t.Helper()
	request, err := http.NewRequest(header.Get("Fn-Http-Method"), header.Get("Fn-Http-Request-Url"), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response := &http.Response{StatusCode: http.StatusOK, Request: request,
		Header: http.Header{"Content-Type": answer.Header["Content-Type"]}}
	for name, values := range header {
		if name, ok := strings.CutPrefix(name, "Fn-Http-H-"); ok {
			request.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	for name, values := range answer.Header {
		if name, ok := strings.CutPrefix(name, "Fn-Http-H-"); ok {
			response.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if status := answer.Header.Get("Fn-Http-Status"); status != "200" {
		t.Errorf("%s %s: status %s %s", request.Method, request.URL, status, answer.Body)
	}
	s.checkDescribed(t, response, answer.Body)
}

// TestExamplesLoopEnds checks what a connector from the dead-letter stream to the function leads to, as the page of result-stream says: an
// event that fails again and again is replayed three times, then the replay is refused, and the refusal is ignored.
func TestExamplesLoopEnds(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "COMMANDS=none DENIED_RECIPIENTS=*", "")
	value, err := os.ReadFile(inTree("testdata/events/signup.json"))
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []events.Outcome
	for offset := 0; len(value) > 0 && offset < 10; offset++ {
		list, err := json.Marshal([]any{map[string]any{"stream": "sender-invitations-dead-letters", "partition": "0", "key": nil,
			"value": value, "offset": offset, "timestamp": 1793611800125}})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := s.host.Invoke(t.Context(), fnhost.Call{Header: http.Header{"Content-Type": {"application/json"}}, Body: list})
		if err != nil {
			t.Fatal(err)
		}
		outcomes = append(outcomes, outcomesOf(t, answer.Body)...)
		value = nil
		messages := s.oci.Messages()
		for ; s.messages < len(messages); s.messages++ {
			value = []byte(messages[s.messages].Body)
		}
	}
	failed, ignored := events.Failed, events.Ignored
	if want := []events.Outcome{failed, failed, failed, failed, failed, ignored}; !slices.Equal(outcomes, want) {
		t.Errorf("the outcomes are %q, want %q", outcomes, want)
	}
}

// TestExamplesScheduleRenews checks that a schedule leaves a PENDING invitation as it is, and makes a new one once it has
// expired.
func TestExamplesScheduleRenews(t *testing.T) {
	t.Parallel()
	folder := inTree(filepath.Join(examples, "resource-scheduler"))
	s := newExample(t, folder)
	for _, file := range exampleDeliveries(t, folder)[:2] { // the third polls
		for _, want := range []events.Outcome{events.Created, events.Existing, events.Created} {
			answer := s.deliver(t, file)
			checkOutcomes(t, file, answer, want)
			if want == events.Existing {
				invitations := s.oci.Invitations()
				if err := s.oci.Expire(invitations[len(invitations)-1].ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if made := s.oci.Invitations(); len(made) != 4 {
		t.Errorf("%d invitations", len(made))
	}
}
