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
// leaves the CPU: so it is asked until the process is idle. It needs Linux, whose /proc it reads.
func cpuTime(pid int) (float64, error) {
	before, err := countedCPU(pid)
	for range 40 {
		time.Sleep(500 * time.Microsecond)
		now, fault := countedCPU(pid)
		err = errors.Join(err, fault)
		if now == before {
			break
		}
		before = now
	}
	return milliseconds(before), err
}

// countedCPU adds up what the threads of a process have used. Those of a Go program live as long as it.
func countedCPU(pid int) (sum time.Duration, err error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err == nil && len(files) == 0 {
		err = errors.New("no /proc/PID/task/*/schedstat")
	}
	for _, file := range files {
		content, fault := os.ReadFile(file)
		used, _, _ := strings.Cut(string(content), " ")
		nanoseconds, wrong := strconv.ParseInt(used, 10, 64)
		err = errors.Join(err, fault, wrong)
		sum += time.Duration(nanoseconds)
	}
	return sum, err
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
