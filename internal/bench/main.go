// Command bench measures the function from end to end, as processes on the Fn contract against the emulated OCI, beside
// three small programs of fdk-go: hello answers what it is sent, raw is the practical limit of a warm call, reference a good
// sample with the OCI SDK.
//
//	go run ./internal/bench                                    measures everything (make bench)
//	go run ./internal/bench -only '^(start|warm)$' -rounds 3   measures some of it
//	make bench BENCH="-only start -rounds 20"                  likewise; make passes no quotes, parentheses and $
//
// All are built alike and measured in turn, round by round. The table on stdout has the medians over the rounds, the medians
// of the ratios of each round, and the goals; progress goes to stderr. What fails stands in the table: the exit status is 0,
// but for a wrong command line. It needs Linux, whose /proc has CPU and memory.
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// options say what is measured, and how much.
type options struct {
	only   *regexp.Regexp
	rounds int
	starts int           // of each program in a round
	calls  int           // one after the other, likewise
	busy   time.Duration // of calls at once, likewise
	limit  time.Duration // of all

	// These are in the names of the rows; only tests take less.
	many, records, existing, gzip int
}

func defaults() options {
	return options{only: regexp.MustCompile(""), rounds: 10, starts: 5, calls: 100, busy: 300 * time.Millisecond,
		limit: 15 * time.Minute, many: 2000, records: 1000, existing: 5000, gzip: gzip.BestCompression}
}

func main() {
	o := defaults()
	only := func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	}
	flag.Func("only", "a regular expression: measure what has such a name, as the lines of progress show it", only)
	flag.IntVar(&o.rounds, "rounds", o.rounds, "how often each program is measured, in turn; what takes long, a few times")
	flag.IntVar(&o.starts, "starts", o.starts, "starts of each program in a round")
	flag.IntVar(&o.calls, "calls", o.calls, "calls to each program in a round, one after the other")
	flag.DurationVar(&o.busy, "busy", o.busy, "how long each program has 8 calls at once in a round")
	flag.DurationVar(&o.limit, "limit", o.limit, "the longest that it may take in all")
	flag.Parse()
	if err := o.check(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// check says what is wrong with the command line.
func (o options) check(arguments []string) error {
	if len(arguments) > 0 || min(o.rounds, o.starts, o.calls) < 1 || max(o.rounds, o.starts, o.calls) > 10_000 ||
		min(o.busy, o.limit) <= 0 {
		return errors.New("there are no arguments but flags; numbers are 1 to 10,000, times positive")
	}
	var names []string
	for _, m := range measures() {
		if o.only.MatchString(m.name) {
			return nil
		}
		names = append(names, m.name)
	}
	return fmt.Errorf("-only matches no measure; there are: %s", strings.Join(names, ", "))
}

// run measures, and writes the table to stdout. Its error says why nothing could be measured.
func run(ctx context.Context, o options, stdout, stderr io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	l, err := newLab(ctx, o, stderr)
	if err != nil {
		return err
	}
	l.measureAll(ctx)
	fmt.Fprintf(stdout, "%s\n\n%s", o.head(), l.results.markdown(rows()))
	return l.close()
}

// head says how the table came to be.
func (o options) head() string {
	return fmt.Sprintf(`%s, %s/%s, %d CPUs, of which the function uses one once it has started (FN_CPUS=100m), but for 8 calls at once;
medians of %d rounds, and of the ratios in each: at most %d rounds far away or with one CPU for all, %d of batches, 1 of size,
memory of 2,000 calls (both of all programs at once) and the batch of 6 MB. function, event / function, http where they differ`,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.rounds, fewRounds, batchRounds)
}
