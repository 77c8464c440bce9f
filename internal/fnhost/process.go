package fnhost

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// process is one process of the function, with or without a container.
type process struct {
	cmd       *exec.Cmd
	keeper    *keeper // of its container; nil without one
	dir       string  // holds only the socket
	socket    string
	busy      bool   // a call has it; guarded by Host.mu
	callID    string // of that call, once it is under way; guarded by Host.mu
	listening bool   // its socket accepts connections; used only by the call that has it

	done       chan struct{} // closed when it has exited and been cleaned up
	cleanupErr error         // of clean; read after done
}

// start starts Command or Container in its own process group. It does not wait until the function listens.
func (h *Host) start() (*process, error) {
	dir, err := os.MkdirTemp(socketRoot(), "fn")
	if err != nil {
		return nil, err
	}
	p := &process{dir: dir, socket: filepath.Join(dir, "lsnr.sock"), busy: true, done: make(chan struct{})}
	if err := h.prepare(p); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if h.Stderr != nil {
		p.cmd.Stdout, p.cmd.Stderr = &h.output, &h.output
	}
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, p.clean())
	}
	go p.reap()
	return p, nil
}

// prepare sets the command of p.
func (h *Host) prepare(p *process) error {
	if h.Container != nil {
		p.socket = filepath.Join(p.dir, "iofs", filepath.Base(p.socket))
		return h.Container.prepare(p, h.Env)
	}
	if len(h.Command) == 0 {
		return errors.New("no command")
	}
	p.cmd = exec.Command(h.Command[0], h.Command[1:]...)
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, environ(p.socket, h.Env)...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.WaitDelay = time.Second // a descendant outside the group may keep the output open
	return nil
}

// socketRoot returns the folder for socket folders. The path of a Unix socket is limited to about 100 bytes, of which the
// folder and fdk's file names take 30.
func socketRoot() string {
	if dir := os.TempDir(); len(dir) < 70 {
		return dir
	}
	return "/tmp"
}

// environ returns a function's environment except PATH. Of equal names the last one counts. HOME is the platform's, which does
// not exist here: the user's own may hold credentials.
func environ(socket string, configuration []string) []string {
	return append([]string{
		"HOME=/home/fn",
		"FN_LISTENER=unix:" + socket,
		"FN_FORMAT=http-stream",
		"FN_TYPE=sync",
		"FN_MEMORY=128",
		"FN_CPUS=100m", // in thousandths of a CPU, as Fn writes it
		"FN_APP_ID=ocid1.fnapp.oc1..localapplication",
		"FN_APP_NAME=application",
		"FN_FN_ID=ocid1.fnfunc.oc1..localfunction",
		"FN_FN_NAME=function",
	}, configuration...)
}

// awaitListen waits until the socket of a new process accepts a connection. It fails when limit has passed, the process has
// ended or ctx has ended. At first it tries often, because benchmarks measure a start of a few milliseconds with it.
func (p *process) awaitListen(ctx context.Context, limit time.Duration) error {
	if p.listening {
		return nil
	}
	timeout, slow, tick := time.NewTimer(limit), time.NewTimer(50*time.Millisecond), time.NewTicker(100*time.Microsecond)
	defer timeout.Stop()
	defer slow.Stop()
	defer tick.Stop()
	for {
		if conn, err := net.Dial("unix", p.socket); err == nil {
			p.listening = true
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-slow.C: // a slow start, such as a container's, needs no such precision
			tick.Reset(time.Millisecond)
		case <-p.done:
			return &Failure{http.StatusBadGateway, codeInitFail, "the function ended before it listened: " + p.cmd.ProcessState.String()}
		case <-timeout.C:
			return &Failure{http.StatusGatewayTimeout, codeInitTimeout, "the function did not listen within " + limit.String()}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// signal sends a signal to the process group, or ends the container. It does not wait for p.done.
func (p *process) signal(signal syscall.Signal) {
	switch {
	case p.exited():
	case p.keeper != nil:
		p.keeper.end()
	default:
		p.signalGroup(signal)
	}
}

// reap waits for the end of the process and cleans up: it leaves no zombie, descendant, container or folder.
func (p *process) reap() {
	_ = p.cmd.Wait() // ProcessState keeps the result
	p.signalGroup(syscall.SIGKILL)
	p.cleanupErr = p.clean()
	close(p.done)
}

func (p *process) clean() error {
	return errors.Join(p.keeper.remove(), os.RemoveAll(p.dir))
}

// signalGroup sends a signal to the processes of the group that are left, if any. The group's id is the process id. It stays
// reserved while a member lives, and is not reused in the short time between the end of the last member and p.done.
func (p *process) signalGroup(signal syscall.Signal) {
	_ = syscall.Kill(-p.cmd.Process.Pid, signal)
}

func (p *process) exited() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// lockedWriter makes a writer safe for concurrent use by the processes.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
