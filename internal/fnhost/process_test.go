package fnhost_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sender-invitations/internal/fnhost"
)

func TestStartFailures(t *testing.T) {
	m := newMeeting(t)
	for _, c := range []struct {
		name    string
		command []string
		env     string
		status  int
		code    string
		message string
	}{
		{"exits", []string{function}, "START=exit", 502, "FunctionInvokeContainerInitFail", "exit status 3"},
		{"never listens", []string{function}, "START=silent", 504, "FunctionInvokeContainerInitTimeout", "250ms"},
		{"no such file", []string{function + "-"}, "", 502, "FunctionInvokeContainerInitFail", "no such file"},
		{"no command", nil, "", 502, "FunctionInvokeContainerInitFail", "no command"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t, c.env, "PEER="+m.Addr().String())
			h.Command, h.StartTimeout = c.command, patience
			if c.status == 504 {
				h.StartTimeout = 250 * time.Millisecond
			}
			_, err := h.Invoke(t.Context(), fnhost.Call{})
			if f := wantFailure(t, err, c.status, c.code); !strings.Contains(f.Message, c.message) {
				t.Errorf("message = %q, want it to hold %q", f.Message, c.message)
			}
			if n := h.Processes(); n != 0 {
				t.Errorf("%d processes", n)
			}
		})
	}
}

func TestCanceledStart(t *testing.T) {
	m := newMeeting(t)
	h := newHost(t, "START=silent", "PEER="+m.Addr().String())
	h.StartTimeout = patience
	ctx, cancel := context.WithCancel(t.Context())
	call := invoke(ctx, h, "")
	v := m.next()
	cancel()
	if err := (<-call).err; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	v.wantGone(t)
}

func TestEnvironment(t *testing.T) {
	t.Setenv("HOST_SECRET", "s")
	h := newHost(t, "TOPIC=t=1", "FN_MEMORY=256")
	var socket string
	got := tell(t, h, nil).Environ
	for i, entry := range got {
		if value, ok := strings.CutPrefix(entry, "FN_LISTENER=unix:"); ok {
			socket, got[i] = value, "FN_LISTENER=unix:"
		}
	}
	slices.Sort(got)
	want := []string{
		"FN_APP_ID=ocid1.fnapp.oc1..localapplication", "FN_APP_NAME=application", "FN_CPUS=100m",
		"FN_FN_ID=ocid1.fnfunc.oc1..localfunction", "FN_FN_NAME=function", "FN_FORMAT=http-stream", "FN_LISTENER=unix:", "FN_MEMORY=256", "FN_TYPE=sync", "HOME=/home/fn",
		"PATH=" + os.Getenv("PATH"), "TOPIC=t=1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("environment:\n%q\nwant\n%q", got, want)
	}
	dir, err := os.Stat(filepath.Dir(socket))
	if err != nil || dir.Mode().Perm() != 0o700 || len(socket) > 100 {
		t.Errorf("socket %s, folder %v, %v", socket, dir, err)
	}
	h.Kill()
	if _, err := os.Stat(filepath.Dir(socket)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket folder is left after the process: %v", err)
	}
}

func TestStderr(t *testing.T) {
	var log bytes.Buffer // the race detector sees an unlocked write
	h, m := newHost(t), newMeeting(t)
	h.Stderr = &log
	one, two := invoke(t.Context(), h, m.body()), invoke(t.Context(), h, m.body())
	v, w := m.next(), m.next()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{fmt.Sprintf("start %d\n", v.pid), fmt.Sprintf("start %d\n", w.pid)} {
		if !strings.Contains(log.String(), line) {
			t.Errorf("no %q in %q", line, log.String())
		}
	}
	<-one
	<-two
}

func TestDescendantsEnd(t *testing.T) {
	for _, end := range []string{"exit", "abort", "kill", "by itself"} {
		m := newMeeting(t)
		h := newHost(t, "START=fork", "PEER="+m.Addr().String())
		h.Stderr = new(bytes.Buffer)
		pid := tell(t, h, nil).Pid
		child := m.next()
		switch end {
		case "kill":
			h.Kill()
		case "by itself":
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		default:
			_, err := h.Invoke(t.Context(), fnhost.Call{Body: []byte(end)})
			wantFailure(t, err, 502, "FunctionInvokeExecutionFailed")
		}
		child.wantGone(t)
	}
}
