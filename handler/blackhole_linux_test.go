package handler_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// A kept connection whose packets vanish, as when a gateway in between is replaced, costs a call a second or a few, not READ_TIMEOUT: the
// kernel ends it, and the call is repeated on a new one. It tries no other that was kept. The test runs itself again in a network of its own, for which it needs root, ip and iptables.
func TestBlackHole(t *testing.T) {
	const marker = "IN_A_NETWORK_OF_ITS_OWN"
	if os.Getenv(marker) == "" {
		t.Parallel()
		if out, err := apart(t, "iptables", "-S").CombinedOutput(); err != nil {
			t.Skipf("no network can be made here: %v %s", err, out)
		}
		again := apart(t, os.Args[0], "-test.run=^TestBlackHole$")
		again.Env = append(os.Environ(), marker+"=1")
		if out, err := again.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	set(t, "ip", "link", "set", "lo", "up")
	oci := &ocitest.Server{Fault: func(r *http.Request) (fault ocitest.Fault) {
		if r.Method == http.MethodPost {
			fault.Delay = 100 * time.Millisecond // so that the creates of a list need a connection each
		}
		return fault
	}}
	organizations, notifications := newLine(t, oci, true), newLine(t, oci, false)
	f := newFunctionOn(t, organizations, notifications, oci, "CONNECT_TIMEOUT", "2s", "CONCURRENCY", "16")
	for _, creates := range []string{createFor(0, 16), createFor(16, 17), createFor(17, 18)} {
		if answer, cut := f.invoke(creates); cut || strings.Contains(answer, `"failed"`) {
			t.Fatalf("%s: cut %v %s\n%s", creates, cut, answer, f.log.String())
		}
		organizations.swallow(t)
		notifications.swallow(t)
	}
	w := f.request(http.MethodPost, "/20230401/senderInvitations", `{"compartmentId": "`+ocitest.DefaultTenancy+`", "recipientTenancyId": "ocid1.tenancy.oc1..last"}`)
	if w.Code != 200 || !strings.Contains(f.log.String(), "no answer from OCI") {
		t.Errorf("%d %s\n%s", w.Code, w.Body, f.log.String())
	}
	if made := len(oci.Invitations()); made != 19 {
		t.Errorf("%d invitations", made)
	}
}

// createFor returns a list of creates.
func createFor(first, end int) string {
	var creates []string
	for number := first; number < end; number++ {
		creates = append(creates, fmt.Sprintf(`{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a%d"}`, number))
	}
	return "[" + strings.Join(creates, ",") + "]"
}

// apart returns a command that runs in a network of its own.
func apart(t *testing.T, name string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	return command
}

// set changes the network of the test.
func set(t *testing.T, command ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// swallow makes every further packet vanish that the function sends on a connection of the line.
func (l *line) swallow(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.idle {
		set(t, "iptables", "-A", "INPUT", "-p", "tcp", "--sport", fmt.Sprint(conn.RemoteAddr().(*net.TCPAddr).Port), "-j", "DROP")
		delete(l.idle, conn)
	}
}
