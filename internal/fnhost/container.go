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

// Container is the image of a function, to be run as OCI Functions runs one of 128 MB: as the user 1000:1000 without any
// capability, on a file system that is read-only but for 32 MB in /tmp, with 50 processes or threads, and 350 open files.
// Only the network is this machine's own, so that the function reaches what listens on loopback here.
type Container struct {
	// Engine is the command of a container engine on this machine: docker or podman. The image is in its store: none is pulled.
	Engine, Image string

	// Mounts are files and folders of this machine, by the path at which the container sees them. It can only read them; they
	// must let any user read them, for its user is not this one.
	Mounts map[string]string

	// Patience is how long the engine may take to create a container, or to remove one. Default: a minute.
	Patience time.Duration
}

// iofs is where the platform has a function listen.
const iofs = "/tmp/iofs"

// Run runs the image once with these arguments, confined as always, and returns what it wrote and its exit status, which is the
// engine's if that cannot start the container. The error is one of creating or removing it, or that of ctx, whose end is the
// container's too.
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

// prepare makes p a process whose command is the engine's, on a container of its own.
func (c *Container) prepare(p *process, configuration []string) error {
	folder := filepath.Dir(p.socket)
	if err := errors.Join(os.Mkdir(folder, 0o777), os.Chmod(folder, 0o777)); err != nil { // p.dir above it is this user's alone
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

// attach returns the command that starts the container and lasts as long as it. Its exit status is the container's.
func (c *Container) attach(ctx context.Context, k *keeper) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.Engine, "start", "--attach", k.name)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is for this program to act upon
	cmd.WaitDelay = time.Second
	return cmd
}

// create creates a container. The folder, if there is one, is where it listens.
func (c *Container) create(folder string, env, arguments []string) (*keeper, error) {
	options := []string{
		"--pull", "never", "--network", "host", "--read-only", "--tmpfs", "/tmp:size=32m",
		"--user", "1000:1000", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
		"--memory", "128m", "--memory-swap", "128m", // both: no swap
		"--pids-limit", "50", "--ulimit", "nofile=350:350", "--stop-signal", "SIGKILL",
		"--security-opt", "label=disable", // SELinux would keep it from what is mounted
	}
	if folder != "" {
		options = append(options, "--volume", folder+":"+iofs)
	}
	for inside, here := range c.Mounts {
		options = append(options, "--volume", here+":"+inside+":ro")
	}
	for _, variable := range (&exec.Cmd{Env: append([]string{}, env...)}).Environ() { // of two equal names the later one
		options = append(options, "--env", variable)
	}
	return keep(c.Engine, "fn-"+rand.Text(), append(append(options, c.Image), arguments...), cmp.Or(c.Patience, time.Minute))
}
