package fnhost

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Container runs a function's image with the limits that OCI Functions sets for 128 MB of memory: the user 1000:1000 without
// capabilities, a read-only file system with 32 MB in /tmp, 50 processes or threads, and 350 open files. Unlike on OCI, it
// shares the network of this machine, so that the function reaches servers on loopback.
type Container struct {
	// Engine is the command of a container engine: docker or podman. Image must be in its store; it is never pulled.
	Engine, Image string

	// Mounts maps paths in the container to files and folders of this machine. The mounts are read-only. Every user must be
	// allowed to read the files, because the container runs as another user.
	Mounts map[string]string

	// Patience limits the time in which the engine creates or removes a container. Default: a minute.
	Patience time.Duration
}

// iofs is the folder in the container that holds the function's socket.
const iofs = "/tmp/iofs"

// Run runs the image once with these arguments and returns its output and exit status. If the engine cannot start the
// container, they are the engine's. The error says that the container could not be created or removed, or that ctx has ended,
// which ends the container.
func (c *Container) Run(ctx context.Context, env []string, arguments ...string) (stdout, stderr []byte, status int, err error) {
	k, err := c.create("", env, arguments)
	if err != nil {
		return nil, nil, 0, err
	}
	var out, problems bytes.Buffer
	cmd := c.attach(ctx, k)
	cmd.Stdout, cmd.Stderr = &out, &problems
	err = cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		err = ctx.Err()
	}
	err = errors.Join(err, k.remove())
	return out.Bytes(), problems.Bytes(), cmd.ProcessState.ExitCode(), err
}

// prepare creates a container for p and sets the engine's command that starts it.
func (c *Container) prepare(p *process, configuration []string) error {
	folder := filepath.Dir(p.socket)
	if err := errors.Join(os.Mkdir(folder, 0o777), os.Chmod(folder, 0o777)); err != nil { // its parent p.dir is open to this user only
		return err
	}
	k, err := c.create(folder, environ(iofs+"/"+filepath.Base(p.socket), configuration), nil)
	if err != nil {
		return err
	}
	p.keeper = k
	p.cmd = c.attach(context.Background(), k)
	return nil
}

// attach returns a command that starts the container and runs until it ends. Its exit status is the container's.
func (c *Container) attach(ctx context.Context, k *keeper) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Engine, "start", "--attach", k.name)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches this program only
	cmd.WaitDelay = time.Second
	return cmd
}

// create creates a container. It mounts folder, if given, for the function's socket.
func (c *Container) create(folder string, env, arguments []string) (*keeper, error) {
	options := []string{
		"--pull", "never", "--network", "host", "--read-only", "--tmpfs", "/tmp:size=32m",
		"--user", "1000:1000", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
		"--memory", "128m", "--memory-swap", "128m", // equal: no swap
		"--pids-limit", "50", "--ulimit", "nofile=350:350", "--stop-signal", "SIGKILL",
		"--security-opt", "label=disable", // else SELinux denies access to the mounts
	}
	if folder != "" {
		options = append(options, "--volume", folder+":"+iofs)
	}
	for inside, here := range c.Mounts {
		options = append(options, "--volume", here+":"+inside+":ro")
	}
	for _, variable := range (&exec.Cmd{Env: append([]string{}, env...)}).Environ() { // drops all but the last of equal names
		options = append(options, "--env", variable)
	}
	return keep(c.Engine, "fn-"+rand.Text(), append(append(options, c.Image), arguments...), cmp.Or(c.Patience, time.Minute))
}
