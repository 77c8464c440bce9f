// Command local runs the local stack on loopback: an emulated OCI, the function as its own process on the Fn contract, and a
// gateway in front of it. It sends one sample event through the stack and shows each step. If the event is held, it approves it. At the
// address of the emulated OCI is a console for a browser.
//
//	go run ./internal/local -function FILE          runs until it is interrupted (make run)
//	go run ./internal/local -function FILE -demo    follows the sample's invitation to its end, and ends (make demo)
//	go run ./internal/local -image NAME -demo       runs the function's image in a container instead (make image-test)
//	go run ./internal/local -invoke FILE            sends a file to a running stack (make invoke)
//
// The file of -invoke is the body of a delivery, or a NAME.http with headers, an empty line and the body. PORT is the gateway's
// port; the emulated OCI has the next one. Without PORT, the gateway has port 8080, and with -demo both have any free port. The
// function's settings are read from the environment.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"sender-invitations/internal/fnhost"
)

// options are the flags of the command line.
type options struct {
	function, image, engine string
	event, samples, invoke  string
	demo                    bool
}

func main() {
	var o options
	flag.StringVar(&o.function, "function", "", "the function's binary, which the stack runs")
	flag.StringVar(&o.image, "image", "", "the function's container image, which the stack runs")
	flag.StringVar(&o.engine, "engine", "docker", "the container engine that has the image: docker or podman")
	flag.StringVar(&o.event, "event", "testdata/events/signup.json", "the sample event")
	flag.StringVar(&o.samples, "samples", "testdata/events", "the folder of the deliveries that the console offers")
	flag.StringVar(&o.invoke, "invoke", "", "the file to send to a running stack")
	flag.BoolVar(&o.demo, "demo", false, "follow the sample's invitation to its end, and end; the exit status is 0 only if it worked")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	port, err := port(o.demo)
	if err != nil {
		return err
	}
	if o.invoke != "" {
		return send(ctx, os.Stdout, fmt.Sprintf("http://127.0.0.1:%d", port), o.invoke)
	}
	host, err := hostOf(o)
	if err != nil {
		return err
	}
	stack, err := start(host, port, o.samples)
	if err != nil {
		return err
	}
	defer stack.close()
	if o.demo {
		return playSample(ctx, os.Stdout, stack, o)
	}
	return stay(ctx, os.Stdout, stack, o)
}

// stay plays the sample and keeps the stack running until ctx ends. The console's address comes first, so that people can watch.
func stay(ctx context.Context, out io.Writer, s *stack, o options) error {
	fmt.Fprintf(out, "Console: %s/\n\n", s.emulator)
	switch err := playSample(ctx, out, s, o); {
	case errors.Is(err, errNotStarted):
		return err
	case err != nil:
		fmt.Fprintln(os.Stderr, "local: the sample event failed:", err)
	}
	s.greet(out)
	<-ctx.Done()
	return nil
}

// playSample plays the sample. A demo follows the invitation to its end, too; a running stack leaves it PENDING, for people to try.
func playSample(ctx context.Context, out io.Writer, s *stack, o options) error {
	player := newPlayer(s, out)
	id, err := player.play(ctx, o.event)
	if err != nil || id == "" || !o.demo {
		return err
	}
	return player.follow(ctx, id)
}

// port returns the gateway's port; 0 means any free port.
func port(demo bool) (int, error) {
	unset := "8080"
	if demo {
		unset = "0"
	}
	given := os.Getenv("PORT")
	port, err := strconv.Atoi(cmp.Or(given, unset))
	if err != nil || given != "" && port < 1 || port > 65534 {
		return 0, errors.New("PORT takes a port from 1 to 65534 for the gateway; the emulated OCI takes the next one")
	}
	return port, nil
}

// hostOf returns a host for the function that the flags name.
func hostOf(o options) (*fnhost.Host, error) {
	switch {
	case (o.function == "") == (o.image == ""):
		return nil, errors.New("one of -function, -image and -invoke is required; see -help")
	case o.image != "":
		return &fnhost.Host{Container: &fnhost.Container{Engine: o.engine, Image: o.image}}, nil
	}
	command, err := filepath.Abs(o.function)
	if err == nil {
		_, err = exec.LookPath(command)
	}
	if err != nil {
		return nil, fmt.Errorf("-function takes the function's binary: %w", err)
	}
	return &fnhost.Host{Command: []string{command}}, nil
}
