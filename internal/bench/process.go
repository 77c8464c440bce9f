package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cpuTime is what a process has used of the CPU, in ms. The kernel counts a thread's time in nanoseconds, but only as it
// leaves the CPU: so it is asked until three readings in a row are equal, and no thread runs or waits for a CPU, which on a
// busy machine looks like idleness. A process that does not become idle is an error. It needs Linux, whose /proc it reads.
func cpuTime(pid int) (float64, error) {
	last, equal := time.Duration(0), 0
	for range 1000 {
		used, running, err := countedCPU(pid)
		if err != nil {
			return 0, err
		}
		if running || used != last {
			equal = 0
		}
		if last, equal = used, equal+1; equal == 3 {
			return milliseconds(used), nil
		}
		time.Sleep(500 * time.Microsecond)
	}
	return 0, errors.New("it does not become idle: what it has used of the CPU cannot be told")
}

// countedCPU adds up what the threads of a process have used, and tells whether one of them would use more. Those of a Go
// program live as long as it.
func countedCPU(pid int) (sum time.Duration, running bool, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err == nil && len(threads) == 0 {
		err = errors.New("no /proc/PID/task")
	}
	for _, thread := range threads {
		state, fault := os.ReadFile(filepath.Join(thread, "stat")) // 7 (name) R …
		content, missing := os.ReadFile(filepath.Join(thread, "schedstat"))
		used, _, _ := strings.Cut(string(content), " ")
		nanoseconds, wrong := strconv.ParseInt(used, 10, 64)
		err = errors.Join(err, fault, missing, wrong)
		sum += time.Duration(nanoseconds)
		running = running || strings.Contains(string(state), ") R ")
	}
	return sum, running, err
}

// memory is what a process has of the memory, in MB: now, and at most since its start.
func memory(pid int) (resident, peak float64, err error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(content)) {
		switch name, value, _ := strings.Cut(line, ":"); name {
		case "VmRSS":
			resident, err = kilobytes(value)
		case "VmHWM":
			peak, err = kilobytes(value)
		}
	}
	if err == nil && (resident == 0 || peak == 0) {
		err = errors.New("no VmRSS and VmHWM in /proc/PID/status")
	}
	return resident, peak, err
}

// kilobytes reads a line such as "  3912 kB" as MB.
func kilobytes(value string) (float64, error) {
	number, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
	return number * 1024 / 1e6, err
}
