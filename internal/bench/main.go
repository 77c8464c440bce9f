// Command bench measures the function from end to end, as processes on the Fn contract against the emulated OCI, beside three
// small programs of fdk-go: hello answers what it is sent, raw is the practical limit, reference a good sample with the OCI SDK.
//
//	go run ./internal/bench            measures everything (make bench)
//	go run ./internal/bench -only 'start|warm' -rounds 3
//
// All are built alike and measured in turn in each round; the table has the medians over the rounds, and of the ratios of each
// round, with the goals. What fails is in the table as such: the exit status is 0 always.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	only              *regexp.Regexp
	rounds            int
	starts            int
	calls             int
	many              int
	records, existing int
	busy              time.Duration
	limit             time.Duration
}

func main() {
	var o options
	o.only = regexp.MustCompile("")
	flag.Func("only", "a regular expression: measure only what has such a name, as the lines of progress show it", func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	})
	flag.IntVar(&o.rounds, "rounds", 5, "how often each program is measured, in turn")
	flag.IntVar(&o.starts, "starts", 10, "starts of each program in a round")
	flag.IntVar(&o.calls, "calls", 200, "calls, one after the other, to each program in a round")
	flag.IntVar(&o.many, "many", 2000, "calls after which the memory is looked at")
	flag.IntVar(&o.records, "records", 1000, "records of a batch, 4 to 1,000")
	flag.IntVar(&o.existing, "existing", 5000, "invitations that are there when a batch comes")
	flag.DurationVar(&o.busy, "busy", 600*time.Millisecond, "how long each program gets 8 calls at once in a round")
	flag.DurationVar(&o.limit, "limit", 15*time.Minute, "the longest that it may take in all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// run measures, and prints the table.
func run(ctx context.Context, o options) error {
	l, err := newLab(ctx, o)
	if err != nil {
		return err
	}
	defer l.close()
	l.measureAll(ctx)
	fmt.Printf("%s, %s/%s, %d CPUs; medians of %d rounds, ratios: medians of the ratio in each round\n\n", runtime.Version(),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.rounds)
	fmt.Print(l.results.markdown(rows()))
	return nil
}
