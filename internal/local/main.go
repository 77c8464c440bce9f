// Command local is the local stack: an emulated OCI, the function as its own process on the Fn contract, and a gateway
// in front of it, all on loopback. It plays one sample event through and says what came of it.
//
//	go run ./internal/local -function FILE          runs until it is interrupted (make run)
//	go run ./internal/local -function FILE -demo    plays the sample and ends (make demo)
//	go run ./internal/local -invoke FILE            sends a file to a running stack (make invoke)
//
// A file is the body of a delivery, or a NAME.http with headers, an empty line and the body.
// PORT (default 8080) is the gateway's port, the next one the emulated OCI's. The function's settings may be given in
// the environment.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	function := flag.String("function", "", "the function's binary, to run the stack with")
	event := flag.String("event", "testdata/events/signup.json", "the sample event")
	demo := flag.Bool("demo", false, "end after the sample; exit 0 only if it worked")
	invoke := flag.String("invoke", "", "the file to send to a running stack")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *function, *event, *invoke, *demo); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, function, event, invoke string, demo bool) error {
	port, err := strconv.Atoi(cmp.Or(os.Getenv("PORT"), "8080"))
	if err != nil || port < 1 || port > 65534 {
		return errors.New("PORT takes a port from 1 to 65534: the gateway's; the emulated OCI takes the next one")
	}
	switch {
	case invoke != "":
		return send(ctx, os.Stdout, fmt.Sprintf("http://127.0.0.1:%d", port), invoke)
	case function == "":
		return errors.New("-function or -invoke is required; see -help")
	}
	stack, err := start(function, port)
	if err != nil {
		return err
	}
	defer stack.close()
	err = play(ctx, os.Stdout, stack, event)
	if demo || errors.Is(err, errNotStarted) {
		return err
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "local: the sample did not go through:", err)
	}
	stack.greet(os.Stdout)
	<-ctx.Done()
	return nil
}
