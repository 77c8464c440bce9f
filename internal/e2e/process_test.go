package e2e

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is one process of the function, started without the Fn host, which would kill it after an aborted invocation.
type process struct {
	socket  string
	command *exec.Cmd
	stderr  *bytes.Buffer // read once the process has ended
	client  http.Client
}

func startProcess(t *testing.T, environment ...string) *process {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "lsnr.sock")
	command := exec.CommandContext(t.Context(), binary())
	command.Env = append(environment, "FN_LISTENER=unix:"+socket, "FN_FORMAT=http-stream")
	return startCommand(t, command, socket)
}

// startCommand starts a command that listens on the socket.
func startCommand(t *testing.T, command *exec.Cmd, socket string) *process {
	t.Helper()
	p := &process{socket: socket, command: command, stderr: &bytes.Buffer{}}
	p.command.Stderr = p.stderr
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	p.client.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return p.dial(ctx)
	}}
	return p
}

// dial connects to the process. It waits until the process listens.
func (p *process) dial(ctx context.Context) (net.Conn, error) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); ; <-tick.C {
		connection, err := new(net.Dialer).DialContext(ctx, "unix", p.socket)
		if err == nil || time.Now().After(end) || ctx.Err() != nil {
			return connection, err
		}
	}
}

// invoke invokes the function by the direct door.
func (p *process) invoke(ctx context.Context, id, body string) (string, error) {
	_, answer, err := p.send(ctx, http.Header{"Fn-Call-Id": {id}}, body)
	return string(answer), err
}

// send sends an invocation with a deadline that is a minute away, and reads the answer.
func (p *process) send(ctx context.Context, header http.Header, body string) (http.Header, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/invoke", strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header = header
	request.Header.Set("Fn-Deadline", time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
	response, err := p.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.Header, answer, err
}

// stacks ends the process with SIGQUIT, and returns the stacks of its goroutines.
func (p *process) stacks(t *testing.T) string {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = p.command.Wait() // SIGQUIT makes it fail
	if dump := p.stderr.String(); strings.Contains(dump, "goroutine 1 ") && !strings.Contains(dump, "DATA RACE") {
		return dump[strings.Index(dump, "SIGQUIT"):]
	}
	t.Fatal(p.stderr.String())
	return ""
}

// working reports whether the stacks of an idle process show work. Each open connection to OCI has a reader, which is no work.
func working(dump string) bool {
	return strings.Contains(strings.ReplaceAll(dump, "sender-invitations/handler/oci.(*checkedConn).Read(", ""), "sender-invitations/handler")
}
