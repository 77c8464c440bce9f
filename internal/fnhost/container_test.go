package fnhost_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/fnhost"
)

// newEngine prepares testdata/engine, whose images are programs. It returns a function that makes a Container of a program, and
// the folder in which the engine keeps a file for each container.
func newEngine(t *testing.T) (containerOf func(program string) *fnhost.Container, folder string) {
	t.Helper()
	engine, err := filepath.Abs("testdata/engine")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	t.Setenv("ENGINE_STATE", folder)
	return func(program string) *fnhost.Container { return &fnhost.Container{Engine: engine, Image: program} }, folder
}

// wantNone checks that the engine has no container.
func wantNone(t *testing.T, folder string) {
	t.Helper()
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("containers left: %v, %v", left, err)
	}
}

func TestContainer(t *testing.T) {
	t.Setenv("HOST_SECRET", "s")
	containerOf, folder := newEngine(t)
	h := newHost(t, "TOPIC=t=1", "FN_MEMORY=256", "LATER=1", "LATER=2")
	h.Container = containerOf(function)
	h.Container.Mounts = map[string]string{"/.oci-credentials": "/here"}
	got := tell(t, h, nil).Environ
	for _, wanted := range []string{"TOPIC=t=1", "FN_MEMORY=256", "LATER=2", "HOME=/home/fn", "FN_FORMAT=http-stream"} {
		if !slices.Contains(got, wanted) {
			t.Errorf("%s is not in %q", wanted, got)
		}
	}
	if all := strings.Join(got, " "); strings.Contains(all, "HOST_SECRET") || strings.Contains(all, "PATH=") {
		t.Errorf("environment: %q", got)
	}
	names := h.Containers()
	if len(names) != 1 || h.Processes() != 1 {
		t.Fatalf("containers: %q", names)
	}
	created, err := os.ReadFile(filepath.Join(folder, names[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, option := range []string{"--pull never", "--read-only", "--tmpfs /tmp:size=32m", "--user 1000:1000", "--cap-drop ALL",
		"--security-opt no-new-privileges", "--memory 128m", "--memory-swap 128m", "--pids-limit 50", "--ulimit nofile=350:350",
		"--volume /here:/.oci-credentials:ro", "--env FN_LISTENER=unix:/tmp/iofs/lsnr.sock"} {
		if !strings.Contains("\n"+string(created), "\n"+strings.Replace(option, " ", "\n", 1)+"\n") {
			t.Errorf("%s is not in\n%s", option, created)
		}
	}
	if strings.Contains(string(created), "LATER=1") {
		t.Errorf("both values of LATER: %s", created)
	}
	if err := h.Close(); err != nil || len(h.Containers()) > 0 {
		t.Errorf("Close: %v, %q", err, h.Containers())
	}
	wantNone(t, folder)
}

func TestContainerEnds(t *testing.T) {
	containerOf, folder := newEngine(t)
	for _, end := range []string{"exit", "abort", "kill"} {
		h := newHost(t)
		h.Container = containerOf(function)
		before := tell(t, h, nil).Pid
		if end == "kill" {
			if count := h.Kill(); count != 1 {
				t.Errorf("%d killed", count)
			}
		} else {
			_, err := h.Invoke(t.Context(), fnhost.Call{Body: []byte(end)})
			wantFailure(t, err, 502, "FunctionInvokeExecutionFailed")
		}
		wantNone(t, folder)
		if after := tell(t, h, nil).Pid; after == before {
			t.Error("the container still runs")
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestContainerDoesNotStart(t *testing.T) {
	containerOf, folder := newEngine(t)
	for _, c := range []struct{ program, start, wanted string }{
		{function, "START=exit", "the function ended before it listened: exit status 3"},
		{function + "-", "START=", "no such image"},
	} {
		h := newHost(t, c.start)
		h.Container = containerOf(c.program)
		_, err := h.Invoke(t.Context(), fnhost.Call{})
		if f := wantFailure(t, err, 502, "FunctionInvokeContainerInitFail"); !strings.Contains(f.Message, c.wanted) {
			t.Errorf("%q is not in %s", c.wanted, f.Message)
		}
		wantNone(t, folder)
	}
}

func TestContainerRun(t *testing.T) {
	containerOf, folder := newEngine(t)
	c := containerOf("/bin/sh")
	stdout, stderr, status, err := c.Run(t.Context(), []string{"WORD=word"}, "-c", "echo $WORD; echo problem >&2; exit 4")
	if string(stdout) != "word\n" || string(stderr) != "problem\n" || status != 4 || err != nil {
		t.Errorf("%q %q %d %v", stdout, stderr, status, err)
	}
	if _, _, status, err := c.Run(t.Context(), nil, "-c", "exit 0"); status != 0 || err != nil {
		t.Errorf("%d %v", status, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	m := newMeeting(t)
	ended := make(chan error)
	go func() {
		_, _, _, err := containerOf(function).Run(ctx, []string{"START=silent", "PEER=" + m.Addr().String()})
		ended <- err
	}()
	v := m.next()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	v.wantGone(t)
	if _, _, _, err := containerOf(function+"-").Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no such image") {
		t.Error(err)
	}
	wantNone(t, folder)
}

// TestKeeperOutlivesHost checks that the keepers remove the containers of a host that is killed.
func TestKeeperOutlivesHost(t *testing.T) {
	containerOf, folder := newEngine(t)
	m := newMeeting(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ENGINE="+containerOf("").Engine, "IMAGE="+function, "PEER="+m.Addr().String(), "TMPDIR="+t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	v := m.next()
	if err := errors.Join(cmd.Process.Kill(), waitKilled(cmd)); err != nil {
		t.Fatal(err)
	}
	v.wantGone(t)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		if left, err := os.ReadDir(folder); err == nil && len(left) == 0 {
			return
		}
	}
	wantNone(t, folder)
}

func waitKilled(cmd *exec.Cmd) error {
	err := cmd.Wait()
	if _, killed := errors.AsType[*exec.ExitError](err); killed {
		return nil
	}
	return fmt.Errorf("not killed: %w", err)
}

// hostContainer makes a call that does not end. The test program runs it instead of the tests if ENGINE is set.
func hostContainer(engine string) int {
	h := &fnhost.Host{Container: &fnhost.Container{Engine: engine, Image: os.Getenv("IMAGE")}, Timeout: patience}
	_, err := h.Invoke(context.Background(), fnhost.Call{Body: []byte("meet " + os.Getenv("PEER"))})
	io.WriteString(os.Stderr, fmt.Sprint("the call has ended: ", err, "\n"))
	return 1
}

// TestContainerEngineHangs checks that a call fails, and Close returns, if the engine hangs or creates nothing.
func TestContainerEngineHangs(t *testing.T) {
	for name, script := range map[string]string{
		"create":          "#!/bin/sh\nexec sleep 600\n",
		"creates nothing": "#!/bin/sh\nexit 0\n",
		"remove":          "#!/bin/sh\n[ $1 != rm ] || exec sleep 600\necho id\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			engine := filepath.Join(t.TempDir(), "engine")
			if err := os.WriteFile(engine, []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			h := &fnhost.Host{Container: &fnhost.Container{Engine: engine, Image: "image", Patience: 300 * time.Millisecond}}
			if _, err := h.Invoke(t.Context(), fnhost.Call{}); err == nil {
				t.Error("a call was answered")
			}
			_ = h.Close() // must return
		})
	}
}
