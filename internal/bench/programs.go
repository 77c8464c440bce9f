package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
)

// program is one column of the table: a binary, at one of its doors.
type program struct {
	name   string
	source string // its package
	door   door
	idle   bool // makes no calls to OCI
	binary string
}

// The columns, in order. At its HTTP door, the function makes the same calls as its peers. For an event it also lists existing
// invitations. This call is a GET without a body, so CPU per signed request is not quite comparable.
const (
	hello     = "hello"
	raw       = "raw"
	reference = "reference"
	byEvent   = "function, event"
	byHTTP    = "function, http"
)

func columns() []program {
	return []program{
		{name: hello, source: "sender-invitations/internal/bench/hello", door: eventDoor, idle: true},
		{name: raw, source: "sender-invitations/internal/bench/raw", door: eventDoor},
		{name: reference, source: "sender-invitations/internal/bench/reference", door: eventDoor},
		{name: byEvent, source: "sender-invitations", door: eventDoor},
		{name: byHTTP, source: "sender-invitations", door: httpDoor},
	}
}

// build builds the binary in the same way as make function.
func (p program) build(ctx context.Context) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", p.binary, p.source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", p.source, err, output)
	}
	return nil
}

// size returns the size of the binary, plain and compressed.
func size(_ context.Context, l *lab, p program, _ place) (figures, error) {
	content, err := os.ReadFile(p.binary)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, l.gzip) // fails only for an unknown level
	_, _ = w.Write(content)
	_ = w.Close() // writes to a buffer do not fail
	return figures{rowSize: megabytes(len(content)), rowPacked: megabytes(packed.Len())}, nil
}

func megabytes(bytes int) float64 { return float64(bytes) / 1e6 }
