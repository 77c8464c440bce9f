package fnhost_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/fnhost"
)

// patience limits the waiting of a test that fails. A test that passes does not depend on it.
const patience = 20 * time.Second

// function is the built testdata/function.
var function string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if engine := os.Getenv("ENGINE"); engine != "" {
		return hostContainer(engine)
	}
	dir, err := os.MkdirTemp("", "fnhost")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	function = filepath.Join(dir, "function")
	if out, err := exec.Command("go", "build", "-o", function, "./testdata/function").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build testdata/function: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// newHost returns a host of the test function. The end of the test closes it.
func newHost(t *testing.T, env ...string) *fnhost.Host {
	t.Helper()
	h := &fnhost.Host{Command: []string{function}, Env: env}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return h
}

// report is the test function's report of a call.
type report struct {
	Pid         int
	Environ     []string
	Method, URL string
	Header      http.Header
	CallID      string
	Body        string
}

func parse(t *testing.T, body []byte) (r report) {
	t.Helper()
	if err := json.Unmarshal(body, &r); err != nil {
		t.Fatalf("report %q: %v", body, err)
	}
	return r
}

// tell makes a call and returns the function's report of it.
func tell(t *testing.T, h *fnhost.Host, header http.Header) report {
	t.Helper()
	answer, err := h.Invoke(t.Context(), fnhost.Call{Header: header, Body: []byte("tell")})
	if err != nil {
		t.Fatalf("Invoke: %v", err)
	}
	return parse(t, answer.Body)
}

// result is the end of a call that runs in its own goroutine.
type result struct {
	answer fnhost.Answer
	err    error
}

func invoke(ctx context.Context, h *fnhost.Host, body string) <-chan result {
	c := make(chan result, 1)
	go func() {
		answer, err := h.Invoke(ctx, fnhost.Call{Body: []byte(body)})
		c <- result{answer, err}
	}()
	return c
}

func wantFailure(t *testing.T, err error, status int, code string) *fnhost.Failure {
	t.Helper()
	var f *fnhost.Failure
	if !errors.As(err, &f) || f.Status != status || f.Code != code {
		t.Fatalf("error = %v, want a Failure %d %s", err, status, code)
	}
	return f
}

// meeting is a listener to which the test function connects in the middle of a call, and waits.
type meeting struct {
	t *testing.T
	*net.TCPListener
}

func newMeeting(t *testing.T) meeting {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return meeting{t, l.(*net.TCPListener)}
}

// body returns the body of a call that connects to m.
func (m meeting) body() string { return "meet " + m.Addr().String() }

// visitor is a process that has connected to a meeting.
type visitor struct {
	conn net.Conn
	pid  int
}

// next waits for the next process.
func (m meeting) next() visitor {
	m.t.Helper()
	m.SetDeadline(time.Now().Add(patience))
	conn, err := m.Accept()
	if err != nil {
		m.t.Fatalf("no process connects: %v", err)
	}
	m.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		m.t.Fatalf("the process does not send its id: %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		m.t.Fatal(err)
	}
	return visitor{conn, pid}
}

// dismiss ends the call. Its answer is word.
func (v visitor) dismiss(word string) {
	io.WriteString(v.conn, word)
	v.conn.Close()
}

// wantGone waits for the end of the process.
func (v visitor) wantGone(t *testing.T) {
	t.Helper()
	_, err := v.conn.Read(make([]byte, 1))
	var timeout net.Error
	if err == nil || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("process %d still runs: %v", v.pid, err)
	}
}
