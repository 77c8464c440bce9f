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

// cpuTime returns the CPU time of a process in ms, from Linux's /proc. The kernel counts a thread's time in nanoseconds, but
// only when it leaves the CPU. So cpuTime reads until three successive readings are equal and no thread runs or waits for a
// CPU; on a busy machine, a waiting thread looks idle. It fails if the process does not become idle.
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
	return 0, errors.New("the process does not become idle, so its CPU time cannot be read")
}

// countedCPU returns the sum of the CPU times of a process's threads, and whether one of them runs or waits for a CPU. The
// threads of a Go program live as long as the program.
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

// memory returns the resident memory of a process in MB: the present value, and the peak since its start.
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

// kilobytes parses a value such as "  3912 kB" and returns it in MB.
func kilobytes(value string) (float64, error) {
	number, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
	return number * 1024 / 1e6, err
}
