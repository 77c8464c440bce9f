package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

// TestScenarios plays testdata/*.txtar over the real wire: the function as a process on the Fn contract, real SDK
// clients with real signatures, the emulated OCI. A file opens with a description. Its parts, in the order of play:
//
//	settings        lines NAME=value, which add to the default settings or replace them; TIMEOUT=D is the timeout of an invocation
//	                With RESULT_STREAM_OCID, DEAD_LETTER_STREAM_OCID there is no topic by default
//	oci             lines NAME=value, which set fields of the emulated OCI: Partitions, TopicMessages, PartitionBytes, PartitionRequests,
//	                PageSize (numbers), EmptyPages (true), Step (a duration such as 1h)
//	faults          lines "METHOD path-suffix which fault…": faults of the attempts that reach OCI; which is the number of the
//	                matching attempt, counted from 1, or * for all; a fault is status=N, code=C, retry-after=N, delay=D, reset
//	                or drop; refuse=N,N… refuses entries of a PutMessages, counted from 0; body=B, empty or header=NAME:VALUE spoils the answer, and without a status the attempt takes effect
//	NAME.request    a request: "INVOKE" for the direct door, or method and URL for the gateway; headers; a body, or
//	                @FILE, or "@published OUTCOME": the last message with such an event, with the changes of the lines "REGEXP => TEXT" behind it.
//	                Or a change at OCI: "OCI" with invite TENANCY, accept ID, expire ID, fail ID, fail-cancel ID, fail-next N (creations),
//	                advance D (puts the service's clock forward, by 672h or 28d), rotate or revoke. What fails has the error CODE
//	                MESSAGE… if that follows, and one more for each further line of the request
//	NAME.want       the answer; the attempts that have reached OCI since the last request; the messages published
//	                to topics, then those put into streams
//
// go test ./internal/e2e -run Scenarios -update rewrites the .want parts.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(inTree("testdata/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			playFile(t, file)
		})
	}
}

func playFile(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range archive.Files {
		parts[part.Name] = string(part.Data)
	}
	emulated := emulatedOCI(t, parts["oci"])
	emulated.Fault = parseFaults(t, parts["faults"])
	s := newScenarioOn(t, emulated, parts["settings"])
	played := 0
	for _, part := range slices.Clone(archive.Files) {
		name, ok := strings.CutSuffix(part.Name, ".request")
		if !ok {
			continue
		}
		played++
		got := s.play(t, string(part.Data))
		want := parts[name+".want"]
		if *update {
			setPart(archive, part.Name, name+".want", got)
		} else if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
	if played == 0 {
		t.Error("the scenario has no request")
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// setPart replaces a part, or inserts it behind another.
func setPart(archive *txtar.Archive, behind, name, data string) {
	for index := range archive.Files {
		if archive.Files[index].Name == name {
			archive.Files[index].Data = []byte(data)
			return
		}
	}
	index := slices.IndexFunc(archive.Files, func(part txtar.File) bool { return part.Name == behind })
	archive.Files = slices.Insert(archive.Files, index+1, txtar.File{Name: name, Data: []byte(data)})
}

const (
	resultTopic     = "ocid1.onstopic.oc1.iad.results"
	deadLetterTopic = "ocid1.onstopic.oc1.iad.deadletters"
)

// scenario is a function with its Fn host and its emulated OCI.
type scenario struct {
	oci         *ocitest.Server
	emulator    string // its address
	host        *fnhost.Host
	gateway     *httptest.Server
	direct      *httptest.Server
	basePath    string // HTTP_BASE_PATH
	credentials string // their folder
	calls       int    // how many of the emulated OCI's calls were written already
	messages    int    // and of its messages
	put         int    // and of those in its streams
}

func newScenario(t *testing.T, settings, faults string) *scenario {
	t.Helper()
	return newScenarioOn(t, &ocitest.Server{Fault: parseFaults(t, faults)}, settings)
}

func newScenarioOn(t testing.TB, emulated *ocitest.Server, settings string) *scenario {
	t.Helper()
	s := &scenario{oci: emulated, credentials: t.TempDir()}
	t.Cleanup(func() { s.checkPublished(t) }) // at the end, when the function has stopped
	oci := httptest.NewServer(s.oci)
	t.Cleanup(oci.Close)
	s.emulator = oci.URL
	environment, err := s.oci.IssueCredentials(s.credentials)
	if err != nil {
		t.Fatal(err)
	}
	environment = append(environment, "FN_FN_ID=ocid1.fnfunc.oc1.iad.function", "ORGANIZATIONS_ENDPOINT="+oci.URL)
	environment = append(environment, destinations(oci.URL, settings)...)
	var timeout time.Duration // 0: the host's default
	for setting := range strings.FieldsSeq(settings) {
		switch name, value, _ := strings.Cut(setting, "="); name {
		case "TIMEOUT":
			if timeout, err = time.ParseDuration(value); err != nil {
				t.Fatal(err)
			}
			continue
		case "HTTP_BASE_PATH":
			s.basePath = value
		}
		environment = append(environment, setting)
	}
	var calls atomic.Int64
	s.host = &fnhost.Host{
		Command: []string{binary()}, Env: environment, Stderr: logWriter{t}, Timeout: timeout,
		CallID: func() string { return fmt.Sprintf("call-%d", calls.Add(1)) },
	}
	t.Cleanup(func() { s.host.Close() })
	s.gateway, s.direct = httptest.NewServer(s.host.Gateway()), httptest.NewServer(s.host.Direct())
	t.Cleanup(s.gateway.Close)
	t.Cleanup(s.direct.Close)
	return s
}

// logWriter writes the function's log to the test's log. It fails the test if the race detector reports.
type logWriter struct{ t testing.TB }

func (w logWriter) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("DATA RACE")) {
		w.t.Error("the function has a data race")
	}
	w.t.Logf("function: %s", bytes.TrimSpace(line))
	return len(line), nil
}

// play plays one request, and returns the text that the .want part must have.
func (s *scenario) play(t *testing.T, request string) string {
	t.Helper()
	first, rest, _ := strings.Cut(request, "\n")
	var written strings.Builder
	var answered []byte
	if words := strings.Fields(first); words[0] == "OCI" {
		if err := s.changeOCI(strings.TrimPrefix(request, "OCI")); err != nil {
			t.Fatal(err)
		}
		written.WriteString("done\n")
	} else {
		response := s.send(t, words, rest)
		answered = writeAnswer(t, &written, response)
		if words[0] != "INVOKE" {
			s.checkDescribed(t, response, answered)
		}
	}
	s.writeOCI(t, &written, answered)
	return written.String()
}

// send writes the request as it stands, without an HTTP client, which would correct it.
func (s *scenario) send(t *testing.T, words []string, rest string) *http.Response {
	t.Helper()
	server, method, target := s.gateway, words[0], ""
	if method == "INVOKE" {
		server, method, target = s.direct, http.MethodPost, "/"
	} else {
		target = words[1]
	}
	head, body, _ := strings.Cut("\n"+rest, "\n\n")
	body = strings.TrimSuffix(body, "\n")
	if changes, ok := strings.CutPrefix(body, "@published"); ok {
		body = s.published(t, changes)
	} else if file, ok := strings.CutPrefix(body, "@"); ok {
		content, err := os.ReadFile(inTree(file))
		if err != nil {
			t.Fatal(err)
		}
		body = string(content)
	}
	raw := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\n%s\r\n%s", method, target, len(body),
		strings.ReplaceAll(strings.TrimPrefix(head+"\n", "\n"), "\n", "\r\n"), body)
	asked, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	fmt.Fprint(connection, raw)
	response, err := http.ReadResponse(bufio.NewReader(connection), asked)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// published returns the last message to a topic with an event of the outcome, or its replacement for the changes: each line of them,
// REGEXP => TEXT, replaces the first match of the message. The words are " OUTCOME\n", then the changes.
func (s *scenario) published(t *testing.T, words string) string {
	t.Helper()
	outcome, changes, _ := strings.Cut(words, "\n")
	text := ""
	for _, message := range s.oci.Messages() {
		if strings.Contains(message.Body, "."+strings.TrimSpace(outcome)+`","subject"`) {
			text = message.Body
		}
	}
	if text == "" {
		t.Fatalf("nothing was published that is %s", outcome)
	}
	for line := range strings.Lines(changes) {
		old, changed, ok := strings.Cut(strings.TrimSpace(line), " => ")
		place := regexp.MustCompile(old).FindStringIndex(text)
		if !ok || place == nil {
			t.Fatalf("%q changes nothing in %s", line, text)
		}
		text = text[:place[0]] + changed + text[place[1]:]
	}
	return text
}

// writeAnswer writes status, headers and body of an answer, and returns the body.
func writeAnswer(t *testing.T, out io.Writer, response *http.Response) []byte {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	body = bytes.TrimSpace(body)
	fmt.Fprintln(out, response.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(response.Header)) {
		if name != "Date" && name != "Content-Length" && !strings.HasPrefix(name, "Fn-") {
			fmt.Fprintf(out, "%s: %s\n", strings.ToLower(name), scrub(strings.Join(response.Header[name], ", ")))
		}
	}
	if len(body) > 0 {
		fmt.Fprintf(out, "\n%s\n", indent(body))
	}
	return body
}

// writeOCI writes the attempts that have reached OCI since the last request, and the messages published.
func (s *scenario) writeOCI(t *testing.T, out io.Writer, answered []byte) {
	t.Helper()
	calls, messages := s.oci.Calls(), s.oci.Messages()
	inOrder(calls[s.calls:], messages[s.messages:])
	for _, call := range calls[s.calls:] {
		fmt.Fprintf(out, "\nreached OCI: %s %s %d\n", call.Method, strings.TrimSuffix(call.Path+"?"+call.RawQuery, "?"), call.Status)
		for _, name := range []string{"if-match", "opc-request-id", "opc-retry-token"} {
			if value := call.Header.Get(name); value != "" {
				fmt.Fprintf(out, "%s: %s\n", name, scrub(value))
			}
		}
		if strings.HasPrefix(call.Path, "/20230401/") && len(call.Body) > 0 {
			fmt.Fprintf(out, "%s\n", indent(call.Body))
		}
	}
	for _, message := range messages[s.messages:] {
		fmt.Fprintf(out, "\npublished: %s, to %s\n%s\n", message.Title, message.TopicID, indent(asAnswered([]byte(message.Body), answered)))
	}
	put := s.oci.StreamMessages()
	for _, message := range put[s.put:] {
		fmt.Fprintf(out, "\nput: %s, into %s, partition %d, offset %d\n%s\n", message.Key, message.StreamID, message.Partition, message.Offset,
			indent(asAnswered([]byte(message.Value), answered)))
	}
	s.calls, s.messages, s.put = len(calls), len(messages), len(put)
}

// inOrder sorts what was sent to several topics or streams, for that is sent at the same time: results before failures.
func inOrder(calls []ocitest.Call, messages []ocitest.Message) {
	slices.SortStableFunc(calls, func(a, b ocitest.Call) int {
		if strings.HasSuffix(a.Path, "/messages") && strings.HasSuffix(b.Path, "/messages") {
			return strings.Compare(b.Path, a.Path)
		}
		return 0
	})
	slices.SortStableFunc(messages, func(a, b ocitest.Message) int { return strings.Compare(b.TopicID, a.TopicID) })
}

// asAnswered replaces the data of an event with "as answered" if they are, byte by byte, a result in the answer.
func asAnswered(event, answered []byte) []byte {
	var answer struct{ Results []json.RawMessage }
	var published struct{ Data json.RawMessage }
	if json.Unmarshal(answered, &answer) != nil || json.Unmarshal(event, &published) != nil {
		return event
	}
	for _, result := range answer.Results {
		if bytes.Equal(result, published.Data) {
			return bytes.Replace(event, result, []byte(`"as answered"`), 1)
		}
	}
	return event
}

func indent(body []byte) string {
	var indented bytes.Buffer
	if json.Indent(&indented, body, "", "  ") != nil {
		return scrub(string(body))
	}
	return scrub(indented.String())
}

// timeForm and tokenForm match what differs from run to run: times, and the SDK's random tokens.
var (
	timeForm  = regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z`)
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
)

func scrub(text string) string {
	return tokenForm.ReplaceAllString(timeForm.ReplaceAllString(text, "TIME"), "RANDOM")
}
