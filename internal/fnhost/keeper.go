package fnhost

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// keeper is a process that creates a container and removes it as soon as its standard input ends. So it does also when this
// program is killed without notice, which an engine would not notice: no container is left behind.
type keeper struct {
	name     string // of the container
	cmd      *exec.Cmd
	stdin    io.Closer
	problems *bytes.Buffer // read once cmd has ended
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

// keep starts a keeper and returns when its container has been created.
func keep(engine, name string, arguments []string) (*keeper, error) {
	k := &keeper{name: name, problems: &bytes.Buffer{}}
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
	if err := k.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil { // the id of what was created
		return nil, fmt.Errorf("no container: %w", k.remove())
	}
	return k, nil
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
	if err := k.cmd.Wait(); err != nil {
		return errors.Join(err, errors.New(string(bytes.TrimSpace(k.problems.Bytes()))))
	}
	return nil
}
