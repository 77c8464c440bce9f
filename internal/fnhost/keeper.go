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

// keeper is a process that creates a container and removes it when its standard input ends. It does so even if this program
// is killed, so no container is left behind.
type keeper struct {
	name     string // of the container
	cmd      *exec.Cmd
	stdin    io.Closer
	problems *bytes.Buffer // read once cmd has ended
	patience time.Duration
}

// keeping is the keeper's script. It creates the container before it reads its input, so that every container is removed, even
// if this program is killed meanwhile.
const keeping = `engine=$1 name=$2
shift 2
"$engine" create --name "$name" "$@" </dev/null || {
	"$engine" rm --force "$name" </dev/null >/dev/null 2>&1
	exit 1
}
cat
"$engine" rm --force "$name" </dev/null >/dev/null`

// keep starts a keeper and returns when its container has been created. If the engine takes longer than patience to create or
// to remove the container, keep and remove fail, and the container may be left behind.
func keep(engine, name string, arguments []string, patience time.Duration) (*keeper, error) {
	k := &keeper{name: name, problems: &bytes.Buffer{}, patience: patience}
	k.cmd = exec.Command("sh", append([]string{"-c", keeping, "keeper", engine, name}, arguments...)...)
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // neither Ctrl-C nor the end of the terminal reaches it
	k.cmd.Stderr = k.problems
	stdout, err := k.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if k.stdin, err = k.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	k.cmd.WaitDelay = time.Second // a descendant may keep the output open
	if err := k.cmd.Start(); err != nil {
		return nil, err
	}
	defer k.giveUp().Stop()
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil { // the id of the container
		return nil, fmt.Errorf("no container: %w", k.remove())
	}
	return k, nil
}

// giveUp kills the keeper and its descendants after k.patience, unless the timer is stopped.
func (k *keeper) giveUp() *time.Timer {
	return time.AfterFunc(k.patience, func() { _ = syscall.Kill(-k.cmd.Process.Pid, syscall.SIGKILL) }) // fails if it has ended
}

// end starts the removal of the container, which kills it with SIGKILL if it runs. No output of the container is lost.
func (k *keeper) end() {
	_ = k.stdin.Close() // fails only if it is already closed
}

// remove removes the container and returns when it is gone. It does nothing if k is nil.
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
