package main

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

func TestCPUTime(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc of Linux has CPU and memory")
	}
	idle := exec.CommandContext(t.Context(), "cat") // waits for its input
	input, err := idle.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	if err := idle.Start(); err != nil {
		t.Fatal(err)
	}
	if used, err := cpuTime(idle.Process.Pid); err != nil || used <= 0 {
		t.Errorf("an idle process: %v ms, %v", used, err)
	}
	if _, err := cpuTime(os.Getpid()); err == nil || !strings.Contains(err.Error(), "does not become idle") {
		t.Errorf("this busy process: %v", err)
	}
	if _, err := cpuTime(1 << 30); err == nil {
		t.Error("a missing process has CPU time")
	}
}
