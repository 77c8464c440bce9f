// Command imagetest checks the function's container image (make image-test). It inspects the image, and runs it as OCI
// Functions does, with an emulated OCI on loopback. The exit status is 0 only if all checks pass.
//
//	go run ./internal/imagetest -engine docker -image sender-invitations:dev
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// check is one check. It returns what it saw, and an error that says what is wrong.
type check struct {
	name string
	run  func(context.Context) (seen string, err error)
}

// patience limits a check, in case the image hangs. The longest check takes half a minute.
const patience = 5 * time.Minute

func (c check) within(ctx context.Context, limit time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return c.run(ctx)
}

func main() {
	engine := flag.String("engine", "docker", "the container engine that has the image: docker or podman")
	image := flag.String("image", "", "the function's container image")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *engine, *image); err != nil {
		fmt.Fprintln(os.Stderr, "imagetest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, engine, image string) error {
	saved, err := save(ctx, engine, image)
	if err != nil {
		return fmt.Errorf("the image cannot be read: %w", err)
	}
	s, err := newStage(engine, image, saved)
	if err != nil {
		return err
	}
	defer s.close()
	return report(ctx, out, append(saved.checks(), s.checks()...))
}

// report runs all checks, also after one that fails, and prints a line for each.
func report(ctx context.Context, out io.Writer, checks []check) error {
	var failed []string
	for _, c := range checks {
		seen, err := c.within(ctx, patience)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = append(failed, c.name)
			fmt.Fprintf(out, "FAIL  %-14s %s\n", c.name, strings.Join(strings.Fields(err.Error()), " ")) // one line
			continue
		}
		fmt.Fprintf(out, "ok    %-14s %s\n", c.name, seen)
	}
	if len(failed) > 0 {
		return errors.New("failed: " + strings.Join(failed, ", "))
	}
	return nil
}

// wrong returns an error that lists all problems, or nil if there are none.
func wrong(all []string) error {
	if len(all) == 0 {
		return nil
	}
	return errors.New(strings.Join(all, "; "))
}
