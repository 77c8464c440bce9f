package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"sender-invitations/handler/settings"
)

// The Go runtime keeps to the function's share of CPUs and memory, where the platform says it and nobody says otherwise.
func TestShare(t *testing.T) {
	threads, memory, garbage := runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	t.Cleanup(func() { runtime.GOMAXPROCS(threads); debug.SetMemoryLimit(memory); debug.SetGCPercent(garbage) })
	for _, c := range []struct {
		processors int
		memory     int64
		said       string // by the runtime's own variables
		threads    int
		limit      int64
	}{
		{1, 128 << 20, "", 1, 80 << 20},
		{3, 256 << 20, "", 3, 160 << 20},
		{0, 0, "", 2, math.MaxInt64},
		{1, 128 << 20, "7", 2, math.MaxInt64},
	} {
		runtime.GOMAXPROCS(2)
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(100)
		t.Setenv("GOMAXPROCS", c.said)
		t.Setenv("GOGC", c.said)
		t.Setenv("GOMEMLIMIT", c.said)
		config := settings.Config{Processors: c.processors, Memory: c.memory}
		limitMemory(config)
		settle(config)
		if threads, limit := runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1); threads != c.threads || limit != c.limit {
			t.Errorf("%+v: %d threads, %d bytes", c, threads, limit)
		}
		if sooner := debug.SetGCPercent(100) < 100; sooner != (c.said == "") {
			t.Errorf("%+v: garbage is collected sooner: %v", c, sooner)
		}
	}
}
