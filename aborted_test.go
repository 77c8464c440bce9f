package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// lonely is one process of the function that nobody replaces: what a platform would see that keeps a container after it
// broke off an answer.
type lonely struct {
	socket  string
	command *exec.Cmd
	stderr  *bytes.Buffer // read once the process has ended
	client  http.Client
}

func startLonely(t *testing.T, environment ...string) *lonely {
	t.Helper()
	l := &lonely{socket: filepath.Join(t.TempDir(), "lsnr.sock"), stderr: &bytes.Buffer{}}
	l.command = exec.CommandContext(t.Context(), binary)
	l.command.Env = append(environment, "FN_LISTENER=unix:"+l.socket, "FN_FORMAT=http-stream", "FN_FN_ID=ocid1.fnfunc.oc1.iad.function")
	l.command.Stderr = l.stderr
	if err := l.command.Start(); err != nil {
		t.Fatal(err)
	}
	l.client.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return l.dial(ctx)
	}}
	return l
}

// dial waits until the process listens.
func (l *lonely) dial(ctx context.Context) (net.Conn, error) {
	for end := time.Now().Add(20 * time.Second); ; {
		connection, err := new(net.Dialer).DialContext(ctx, "unix", l.socket)
		if err == nil || time.Now().After(end) || ctx.Err() != nil {
			return connection, err
		}
	}
}

func (l *lonely) invoke(ctx context.Context, id, body string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/invoke", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Fn-Call-Id", id)
	request.Header.Set("Fn-Deadline", time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
	response, err := l.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return string(answer), err
}

// quit ends the process, which tells its goroutines.
func (l *lonely) quit(t *testing.T) string {
	t.Helper()
	if err := l.command.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = l.command.Wait() // how it ends is no secret
	if dump := l.stderr.String(); strings.Contains(dump, "goroutine 1 ") && !strings.Contains(dump, "DATA RACE") {
		return dump[strings.Index(dump, "SIGQUIT"):]
	}
	t.Fatal(l.stderr.String())
	return ""
}

// Two hundred calls that break off, in every way that one can, leave no byte in a later answer of the same process, and no
// goroutine.
func TestAbortedCalls(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		switch {
		case strings.Contains(r.URL.RawQuery, "refused"):
			return ocitest.Fault{Status: http.StatusServiceUnavailable}
		case strings.Contains(r.URL.RawQuery, "meeting"):
			arrived <- struct{}{}
			<-release
		}
		return ocitest.Fault{}
	}}
	server := httptest.NewServer(oci)
	t.Cleanup(server.Close)
	environment, err := oci.IssueCredentials(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := startLonely(t, append(environment, "MAX_ATTEMPTS=1", "RESULT_TOPIC_OCID="+resultTopic, "LOG_LEVEL=error",
		"ORGANIZATIONS_ENDPOINT="+server.URL, "NOTIFICATIONS_ENDPOINT="+server.URL)...)
	sound := func(id string) {
		t.Helper()
		answer, err := l.invoke(t.Context(), id, `{"operation": "get", "senderInvitationId": "ocid1.senderinvitation.oc1..none"}`)
		want := fmt.Sprintf(`{"results":[{"operation":"get","outcome":"failed","dryRun":false,"opcRequestId":%q,"trigger":{"id":%[1]q,"source":"/direct",`+
			`"type":"senderinvitation.get"},"error":{"status":404,"code":"NotAuthorizedOrNotFound","message":"no sender invitation \"ocid1.senderinvitation.oc1..none\"","retryable":false}}]}`, id)
		if err != nil || answer != want {
			t.Fatalf("%s: %v %s", id, err, answer)
		}
	}
	sound("first")
	abort := []func(id string){
		func(id string) { // the function cuts
			if answer, err := l.invoke(t.Context(), id, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..refused"}`); err == nil {
				t.Errorf("%s: answered %s", id, answer)
			}
		},
		func(id string) { // the caller goes while the function works
			ctx, cancel := context.WithCancel(t.Context())
			var calls sync.WaitGroup
			calls.Go(func() {
				if answer, err := l.invoke(ctx, id, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..meeting"}`); err == nil {
					t.Errorf("%s: answered %s", id, answer)
				}
			})
			<-arrived
			cancel()
			calls.Wait()
			release <- struct{}{}
		},
		func(id string) { l.hangUp(t, id, 1, large(id)) },           // in the middle of a large answer
		func(id string) { l.hangUp(t, id, 0, large(id)[:100_000]) }, // in the middle of the request
	}
	for number := range 200 {
		id := fmt.Sprintf("call-%d", number)
		abort[number%len(abort)](id)
		sound("after-" + id)
	}
	if left := l.quit(t); strings.Contains(left, "sender-invitations/handler.") {
		t.Errorf("goroutines are left:\n%s", left)
	}
}

// large is a list of events that nobody is for, of which the results are some 300 KB.
func large(id string) string {
	var list []map[string]string
	for index := range 1000 {
		list = append(list, map[string]string{"specversion": "1.0", "id": fmt.Sprint(id, index, strings.Repeat("x", 200)), "source": "/s", "type": "com.example.nobody"})
	}
	encoded, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return string(encoded)
}

// hangUp sends a body of the length of large, reads so many lines of the answer, and closes the connection.
func (l *lonely) hangUp(t *testing.T, id string, lines int, body string) {
	t.Helper()
	connection, err := l.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "POST /invoke HTTP/1.1\r\nHost: localhost\r\nFn-Call-Id: %s\r\nContent-Length: %d\r\n\r\n%s", id, len(large(id)), body)
	reader := bufio.NewReader(connection)
	for range lines {
		if line, err := reader.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 200") {
			t.Errorf("%s: %q %v", id, line, err)
		}
	}
}

// Under a deadline of five seconds, an OCI that says 429 without end is told as that, in time, and not as a deadline.
func TestTooManyRequestsWithinDeadline(t *testing.T) {
	s := newScenario(t, "TIMEOUT=5s MAX_ATTEMPTS=20", "GET /senderInvitations * status=429 code=TooManyRequests retry-after=1\nPOST /senderInvitations * status=429 code=TooManyRequests")
	const create = `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
	for _, c := range []struct{ target, body, want string }{
		{"/20230401/senderInvitations", `{"compartmentId": "` + ocitest.DefaultTenancy + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, `429 {"code":"TooManyRequests"`},
		{"/events", create, `429 {"code":"TooManyRequests"`},
		{"", create, `502 {"code":"FunctionInvokeExecutionFailed"`}, // a cut; the host would tell of a late answer as 504
	} {
		server := s.gateway
		if c.target == "" {
			server = s.direct
		}
		response, err := server.Client().Post(server.URL+c.target, "application/json", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(response.Body)
		response.Body.Close()
		if got := fmt.Sprintf("%d %s", response.StatusCode, answer); err != nil || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s %v", c.target, got, err)
		}
		messages := s.oci.Messages()
		var failed struct {
			Data struct {
				Error struct {
					Status int
					Code   string
				}
			}
		}
		if err := json.Unmarshal([]byte(messages[len(messages)-1].Body), &failed); err != nil || failed.Data.Error.Status != 429 || failed.Data.Error.Code != "TooManyRequests" {
			t.Errorf("%s: published %+v %v", c.target, failed, err)
		}
	}
	if len(s.oci.Messages()) != 3 {
		t.Errorf("%d messages", len(s.oci.Messages()))
	}
}
