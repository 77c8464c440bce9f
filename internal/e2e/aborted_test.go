package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"runtime"
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
	socket := filepath.Join(t.TempDir(), "lsnr.sock")
	command := exec.CommandContext(t.Context(), binary())
	command.Env = append(environment, "FN_LISTENER=unix:"+socket, "FN_FORMAT=http-stream")
	return startLonelyBy(t, command, socket)
}

// startLonelyBy starts it by a command that has it listen on the socket.
func startLonelyBy(t *testing.T, command *exec.Cmd, socket string) *lonely {
	t.Helper()
	l := &lonely{socket: socket, command: command, stderr: &bytes.Buffer{}}
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
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); ; <-tick.C {
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
	m := rendezvous{make(chan struct{}), make(chan struct{})}
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		switch {
		case strings.Contains(r.URL.RawQuery, "refused"):
			return ocitest.Fault{Status: http.StatusServiceUnavailable}
		case strings.Contains(r.URL.RawQuery, "meeting"):
			m.arrived <- struct{}{}
			<-m.release
		}
		return ocitest.Fault{}
	}}
	l := startLonely(t, newScenarioOn(t, oci, "MAX_ATTEMPTS=1 LOG_LEVEL=error").host.Env...)
	l.sound(t, "first")
	const calls = 200
	abort := []func(id string){
		func(id string) { l.cut(t, id) },
		func(id string) { l.leave(t, id, m) },
		func(id string) { l.hangUp(t, id, 1, large(id)) },          // in the middle of a large answer
		func(id string) { l.hangUp(t, id, 0, large(id)[:30_000]) }, // in the middle of the request
	}
	for number := range calls {
		id := fmt.Sprintf("call-%d", number)
		abort[number%len(abort)](id)
		l.sound(t, "after-"+id)
	}
	for end := time.Now().Add(20 * time.Second); len(oci.Messages()) < calls/2; runtime.Gosched() { // of the first two kinds
		if time.Now().After(end) {
			t.Fatalf("%d messages: a call that its caller left has not ended", len(oci.Messages()))
		}
	}
	l.sound(t, "last")
	if left := l.quit(t); working(left) {
		t.Errorf("goroutines are left:\n%s", left)
	}
}

// working reports whether the goroutines of a process that has nothing to do are at work. Each connection that is kept to
// OCI has its reader.
func working(dump string) bool {
	return strings.Contains(strings.ReplaceAll(dump, "sender-invitations/handler.(*checkedConn).Read(", ""), "sender-invitations/handler.")
}

// sound makes a call whose answer is known to the byte.
func (l *lonely) sound(t *testing.T, id string) {
	t.Helper()
	answer, err := l.invoke(t.Context(), id, `{"operation": "get", "senderInvitationId": "ocid1.senderinvitation.oc1..none"}`)
	want := fmt.Sprintf(`{"results":[{"operation":"get","outcome":"failed","dryRun":false,"opcRequestId":%q,"trigger":{"id":%[1]q,"source":"/direct",`+
		`"type":"senderinvitation.get"},"error":{"status":404,"code":"NotAuthorizedOrNotFound","message":"no sender invitation \"ocid1.senderinvitation.oc1..none\"","retryable":false}}]}`, id)
	if err != nil || answer != want {
		t.Fatalf("%s: %v %s", id, err, answer)
	}
}

// cut makes a call that the function cuts.
func (l *lonely) cut(t *testing.T, id string) {
	t.Helper()
	if answer, err := l.invoke(t.Context(), id, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..refused"}`); err == nil {
		t.Errorf("%s: answered %s", id, answer)
	}
}

// rendezvous is where the emulated OCI holds a call of the function until its caller has gone.
type rendezvous struct{ arrived, release chan struct{} }

// leave makes a call, and goes while the function works.
func (l *lonely) leave(t *testing.T, id string, m rendezvous) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var call sync.WaitGroup
	call.Go(func() {
		if answer, err := l.invoke(ctx, id, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..meeting"}`); err == nil {
			t.Errorf("%s: answered %s", id, answer)
		}
	})
	<-m.arrived
	cancel()
	call.Wait()
	m.release <- struct{}{}
}

// large is a list of events that nobody is for, of which the results are some 90 KB.
func large(id string) string {
	var list []map[string]string
	for index := range 300 {
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
