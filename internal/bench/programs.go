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
	idle   bool // it calls nothing
	binary string
}

// The columns, in order. The function at its HTTP door makes the calls that the peers make. For an event it looks first for
// what is there: one request more, a GET without a body, so that its CPU per signed request is not quite like for like.
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

// build builds the binary as make function does.
func (p program) build(ctx context.Context) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", p.binary, p.source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", p.source, err, output)
	}
	return nil
}

// size is that of the binary: plain, and packed.
func size(_ context.Context, l *lab, p program, _ place) (figures, error) {
	content, err := os.ReadFile(p.binary)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, l.gzip) // fails for an unknown level only
	_, _ = w.Write(content)
	_ = w.Close() // a buffer takes everything
	return figures{rowSize: megabytes(len(content)), rowPacked: megabytes(packed.Len())}, nil
}

func megabytes(bytes int) float64 { return float64(bytes) / 1e6 }
