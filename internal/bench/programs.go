package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// program is one column of the table: a binary, at one of its doors.
type program struct {
	name   string
	source string // its package
	door   door
	idle   bool // it calls nothing
	binary string
}

// The columns, in order. The function at its HTTP door makes the calls that the peers make; for an event it looks first for
// what is there, one call more.
const (
	hello     = "hello"
	raw       = "raw"
	reference = "reference"
	byEvent   = "function, event"
	byHTTP    = "function, http"
)

func columns() []program {
	return []program{
		{name: hello, source: "./internal/bench/hello", door: eventDoor, idle: true},
		{name: raw, source: "./internal/bench/raw", door: eventDoor},
		{name: reference, source: "./internal/bench/reference", door: eventDoor},
		{name: byEvent, source: ".", door: eventDoor},
		{name: byHTTP, source: ".", door: httpDoor},
	}
}

// build builds the program into a folder as make function does.
func (p *program) build(ctx context.Context, folder string) error {
	p.binary = filepath.Join(folder, filepath.Base(p.source), "program")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", p.binary, p.source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", p.source, err, output)
	}
	return nil
}

// sizes are those of the binary: plain, and by gzip -9.
func sizes(_ context.Context, _ *lab, p program) (figures, error) {
	content, err := os.ReadFile(p.binary)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // fails for an unknown level only
	_, _ = w.Write(content)
	_ = w.Close() // a buffer takes everything
	return figures{rowSize: megabytes(len(content)), rowPacked: megabytes(packed.Len())}, nil
}

func megabytes(bytes int) float64 { return float64(bytes) / 1e6 }
