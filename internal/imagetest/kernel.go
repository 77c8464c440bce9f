package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is the function's process, as seen by this machine's kernel.
type process struct {
	pid     int
	started time.Time
}

// find asks the engine for the process of a container.
func find(ctx context.Context, engine, container string) (process, error) {
	output, err := exec.CommandContext(ctx, engine, "inspect", "--format", "{{json .State}}", container).Output()
	if err != nil {
		return process{}, fmt.Errorf("%s inspect: %w", engine, err)
	}
	var state struct {
		Pid       int
		StartedAt time.Time
	}
	err = json.Unmarshal(output, &state)
	if err == nil && state.Pid == 0 {
		err = errors.New("the container is not running")
	}
	return process{state.Pid, state.StartedAt}, err
}

// confinement checks the limits of the process. Only root and the process's own user can see all of them.
func (p process) confinement() (string, error) {
	status, err := os.ReadFile(p.proc("status"))
	if err != nil {
		return "", err
	}
	var all []string
	for _, line := range []string{"Uid:\t1000\t1000\t1000\t1000", "Gid:\t1000\t1000\t1000\t1000", "CapPrm:\t0000000000000000",
		"CapBnd:\t0000000000000000", "NoNewPrivs:\t1"} {
		if !strings.Contains(string(status), "\n"+line+"\n") {
			all = append(all, "not "+strings.Join(strings.Fields(line), " "))
		}
	}
	for _, limit := range []struct {
		controller, v1, v2 string
		wanted             uint64
	}{
		{"memory", "memory.limit_in_bytes", "memory.max", 128 << 20}, {"pids", "pids.max", "pids.max", 50},
	} {
		if value, err := p.group(limit.controller, limit.v1, limit.v2); err != nil || value != limit.wanted {
			all = append(all, fmt.Sprintf("%s is %d, not %d (%v)", limit.v2, value, limit.wanted, err))
		}
	}
	seen := "user and group 1000, no capabilities, no new privileges, 128 MB, 50 processes"
	mounts, err := os.ReadFile(p.proc("mountinfo"))
	if errors.Is(err, os.ErrPermission) {
		return seen + "; its file system was not checked, for lack of permission", wrong(all)
	}
	var tmp syscall.Statfs_t
	if err := errors.Join(err, syscall.Statfs(p.proc("root/tmp"), &tmp)); err != nil {
		return "", errors.Join(wrong(all), err)
	}
	if !readOnlyRoot(string(mounts)) {
		all = append(all, "the root is writable")
	}
	if size := tmp.Blocks * uint64(tmp.Bsize); size != 32<<20 {
		all = append(all, fmt.Sprintf("/tmp has %d bytes", size))
	}
	return seen + ", read-only root, 32 MB in /tmp", wrong(all)
}

// readOnlyRoot reports whether the root is read-only, by the text of /proc/PID/mountinfo. Its fifth field is the mount point,
// its sixth the options.
func readOnlyRoot(mounts string) bool {
	for line := range strings.Lines(mounts) {
		if fields := strings.Fields(line); len(fields) > 5 && fields[4] == "/" {
			return strings.HasPrefix(fields[5]+",", "ro,")
		}
	}
	return false
}

// peak returns the container's peak memory in bytes. Kernels before 5.19 do not have it for version 2 of cgroups.
func (p process) peak() (uint64, error) {
	return p.group("memory", "memory.max_usage_in_bytes", "memory.peak")
}

// group reads a number of the process's cgroup, in version 1 or 2.
func (p process) group(controller, v1, v2 string) (uint64, error) {
	groups, err := os.ReadFile(p.proc("cgroup"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(groups)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) < 3 {
			continue
		}
		file := ""
		switch fields[1] {
		case "":
			file = filepath.Join("/sys/fs/cgroup", fields[2], v2)
		case controller:
			file = filepath.Join("/sys/fs/cgroup", controller, fields[2], v1)
		default:
			continue
		}
		if content, err := os.ReadFile(file); err == nil {
			return strconv.ParseUint(strings.TrimSpace(string(content)), 10, 64)
		}
	}
	return 0, errors.New("this kernel does not show it")
}

func (p process) proc(name string) string {
	return filepath.Join("/proc", strconv.Itoa(p.pid), name)
}
