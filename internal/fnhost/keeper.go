package fnhost

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"
)

// keeper is a process that creates a container and removes it as soon as its standard input ends. So it does also when this
// program is killed without notice, which an engine would not notice: no container is left behind.
type keeper struct {
	name     string // of the container
	cmd      *exec.Cmd
	stdin    io.Closer
	problems *bytes.Buffer // read once cmd has ended
	patience time.Duration // with the engine
}

// keeping creates first, and alone: what is created after its creator has gone would never be removed.
const keeping = `engine=$1 name=$2
shift 2
"$engine" create --name "$name" "$@" </dev/null || {
	"$engine" rm --force "$name" </dev/null >/dev/null 2>&1
	exit 1
}
cat
"$engine" rm --force "$name" </dev/null >/dev/null`

// keep starts a keeper and returns when its container has been created. An engine that takes longer than patience to create or to
// remove a container is given up, and what it has made is left to whoever mends it.
func keep(engine, name string, arguments []string, patience time.Duration) (*keeper, error) {
	k := &keeper{name: name, problems: &bytes.Buffer{}, patience: patience}
	k.cmd = exec.Command("sh", append([]string{"-c", keeping, "keeper", engine, name}, arguments...)...)
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // neither a Ctrl-C nor the terminal's end reaches it
	k.cmd.Stderr = k.problems
	stdout, err := k.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if k.stdin, err = k.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	k.cmd.WaitDelay = time.Second // what it started may keep its output open
	if err := k.cmd.Start(); err != nil {
		return nil, err
	}
	defer k.giveUp().Stop()
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil { // the id of what was created
		return nil, fmt.Errorf("no container: %w", k.remove())
	}
	return k, nil
}

// giveUp kills the keeper and what it has started, once patience is over, unless it is stopped before.
func (k *keeper) giveUp() *time.Timer {
	return time.AfterFunc(k.patience, func() { _ = syscall.Kill(-k.cmd.Process.Pid, syscall.SIGKILL) }) // it may have ended
}

// end begins to remove the container, which ends it with SIGKILL if it runs. Who waits for what it wrote sees all of it.
func (k *keeper) end() {
	_ = k.stdin.Close() // fails only if it is closed
}

// remove removes the container, if that has not begun, and returns when it is gone. That of no keeper does nothing.
func (k *keeper) remove() error {
	if k == nil {
		return nil
	}
	k.end()
	defer k.giveUp().Stop()
	if err := k.cmd.Wait(); err != nil {
		return errors.Join(err, errors.New(string(bytes.TrimSpace(k.problems.Bytes()))))
	}
	return nil
}
