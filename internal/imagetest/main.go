// Command imagetest looks at the function's container image, runs it as OCI Functions does, with an emulated OCI on
// loopback, and says what it saw (make image-test). Its exit status is 0 only if all of it is as it should be.
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

// check is one thing that is looked at. What was seen comes back as a text, what is wrong with it as the error.
type check struct {
	name string
	look func(context.Context) (seen string, err error)
}

// patience is for an image that hangs; the longest check takes half a minute.
const patience = 5 * time.Minute

func (c check) within(ctx context.Context, limit time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return c.look(ctx)
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

// report makes one check after the other, goes on after one that fails, and prints a line for each.
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
		return errors.New("not as it should be: " + strings.Join(failed, ", "))
	}
	return nil
}

// wrong is an error that lists what is wrong; nil if nothing is.
func wrong(all []string) error {
	if len(all) == 0 {
		return nil
	}
	return errors.New(strings.Join(all, "; "))
}
