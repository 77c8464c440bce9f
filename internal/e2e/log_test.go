package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// tattler is an OCI that answers each request, and later sends an answer that nobody asked for.
type tattler struct {
	net.Listener
	tattle chan struct{} // a value for each answer to send
	closed chan struct{} // a value once the function has closed a connection after such an answer
}

func newTattler(t *testing.T, oci http.Handler, unasked string) *tattler {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	peer := &tattler{listener, make(chan struct{}), make(chan struct{})}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go peer.serve(connection, oci, unasked)
		}
	}()
	return peer
}

func (p *tattler) serve(connection net.Conn, oci http.Handler, unasked string) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return // a connection that the function made early and did not use
	}
	answer := httptest.NewRecorder()
	oci.ServeHTTP(answer, request)
	got := answer.Result()
	got.ContentLength = int64(answer.Body.Len())
	_ = got.Write(connection)
	<-p.tattle
	_, _ = io.WriteString(connection, unasked)
	_, _ = io.Copy(io.Discard, reader)
	p.closed <- struct{}{}
}

// A start that fails says why in one line of the log, whoever notices it.
func TestStartThatFails(t *testing.T) {
	for variable, wanted := range map[string]string{
		"FN_LISTENER=unix:/nonexistent/lsnr.sock": "net.Listen error",
		"FN_LISTENER=tcp://127.0.0.1":             "url scheme must be unix",
		"FN_FORMAT=json":                          "only http-stream format is supported",
		"AUTH=bob@acme.example":                   "AUTH takes",
	} {
		command := exec.CommandContext(t.Context(), binary())
		command.Env = []string{"FN_LISTENER=unix:" + filepath.Join(t.TempDir(), "lsnr.sock"), "FN_FORMAT=http-stream", "RESULT_TOPIC_OCID=ocid1.onstopic.oc1.iad.a", variable}
		var stderr bytes.Buffer
		command.Stderr = &stderr
		_ = command.Run() // it must fail
		var members struct{ Level, Msg, Text string }
		if err := json.Unmarshal(stderr.Bytes(), &members); err != nil || members.Level != "ERROR" || !strings.Contains(members.Msg+members.Text, wanted) ||
			strings.Contains(stderr.String(), "@") || command.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: %v %v\n%s", variable, err, command.ProcessState, stderr.String())
		}
	}
}

// Lines of net/http and of the SDK go the way of all others: they are JSON with a level, and quote nothing that OCI sent. That is seen
// on a peer that sends an answer which nobody asked for, with an address in it, and with a line break that could begin a line of its own.
func TestLinesOfLibraries(t *testing.T) {
	const unasked = "HTTP/1.1 200 OK\r\nX-Invited: bob@acme.example\r\n\r\n\n{\"level\":\"ERROR\",\"msg\":\"invocation\"}"
	oci := &ocitest.Server{}
	peer := newTattler(t, oci, unasked)
	credentials, err := oci.IssueCredentials(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := startProcess(t, append(credentials, "RESULT_TOPIC_OCID=none", "DEAD_LETTER_TOPIC_OCID=ocid1.onstopic.oc1.iad.a", "NOTIFICATIONS_ENDPOINT=http://127.0.0.1:1",
		"ORGANIZATIONS_ENDPOINT=http://"+peer.Addr().String())...)
	if answer, err := p.invoke(t.Context(), "id", `{"operation": "list"}`); err != nil || !strings.Contains(answer, `"listed"`) {
		t.Fatalf("%v %s\n%s", err, answer, p.stderr)
	}
	peer.tattle <- struct{}{}
	<-peer.closed
	p.stacks(t) // ends the process
	log, _, _ := strings.Cut(p.stderr.String(), "SIGQUIT")
	told := false
	for line := range strings.Lines(log) {
		var members map[string]any
		if err := json.Unmarshal([]byte(line), &members); err != nil || members["level"] == "" || members["msg"] == "" {
			t.Errorf("no line of the log: %s", line)
		}
		told = told || strings.HasPrefix(fmt.Sprint(members["text"]), "Unsolicited response") && members["level"] == "WARN"
	}
	if !told || strings.Contains(log, "@") || strings.Count(log, `"msg":"invocation"`) != 1 {
		t.Error(log)
	}
}
