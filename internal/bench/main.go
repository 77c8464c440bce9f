// Command bench measures the function from end to end, as processes on the Fn contract against the emulated OCI. It compares
// the function with three small programs that use fdk-go: hello echoes its input, raw is near the limit of a warm call, and
// reference is a good sample with the OCI SDK.
//
//	go run ./internal/bench                                    measures everything (make bench)
//	go run ./internal/bench -only '^(start|warm)$' -rounds 3   measures a part
//	make bench BENCH="-only start -rounds 20"                  measures a part; make passes on no quotes, parentheses or $
//
// The programs are built alike and measured in turn, round by round. The table on stdout has the medians over the rounds, the
// medians of each round's ratios, and the goals. Progress goes to stderr. Failures are in the table; the exit status is not 0
// only if the command line is wrong. The command needs Linux, because it reads CPU time and memory from /proc.
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

// options select what is measured, and how often.
type options struct {
	only   *regexp.Regexp
	rounds int
	starts int           // of each program in a round
	calls  int           // to each program in a round, one after the other
	busy   time.Duration // of concurrent calls to each program in a round
	scale  time.Duration // of events through several processes into a stream; topicTimes as long to a topic
	limit  time.Duration // of the whole run

	// The names of rows contain these numbers. Only tests change them.
	many, records, existing, gzip int
}

func defaults() options {
	return options{only: regexp.MustCompile(""), rounds: 10, starts: 5, calls: 100, busy: 300 * time.Millisecond,
		scale: 1500 * time.Millisecond, limit: 15 * time.Minute, many: 2000, records: 1000, existing: 5000, gzip: gzip.BestCompression}
}

func main() {
	o := defaults()
	only := func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	}
	flag.Func("only", "a regular expression of the names to measure; the progress lines show names", only)
	flag.IntVar(&o.rounds, "rounds", o.rounds, "the number of rounds, in which the programs are measured in turn; slow measures take fewer")
	flag.IntVar(&o.starts, "starts", o.starts, "starts of each program in a round")
	flag.IntVar(&o.calls, "calls", o.calls, "calls to each program in a round, one after the other")
	flag.DurationVar(&o.busy, "busy", o.busy, "the duration of 8 concurrent calls to each program in a round")
	flag.DurationVar(&o.scale, "scale", o.scale, "the duration of events through 1, 2, 4 and 8 processes in a round; ten times as long with a topic at its limit")
	flag.DurationVar(&o.limit, "limit", o.limit, "the time limit of the whole run")
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

// check returns an error if the command line is wrong.
func (o options) check(arguments []string) error {
	if len(arguments) > 0 || min(o.rounds, o.starts, o.calls) < 1 || max(o.rounds, o.starts, o.calls) > 10_000 ||
		min(o.busy, o.scale, o.limit) <= 0 {
		return errors.New("bench takes no arguments but flags; numbers must be 1 to 10,000, times positive")
	}
	var names []string
	for _, m := range measures() {
		if o.only.MatchString(m.name) {
			return nil
		}
		names = append(names, m.name)
	}
	return fmt.Errorf("-only matches no measure; the measures are: %s", strings.Join(names, ", "))
}

// run takes the measures and writes the table to stdout. It fails only if nothing could be measured.
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

// head describes how the figures were measured.
func (o options) head() string {
	return fmt.Sprintf(`%s, %s/%s, %d CPUs. Once it has started, the function uses one CPU (FN_CPUS=100m), except with 8 calls at once.
Figures are medians over %d rounds; ratios are medians over each round's ratios. There are at most %d rounds far away or with one
CPU, %d of batches and of processes with a stream, and 1 of size, of memory with 2,000 calls (both with all programs at once), of the
batch of 6 MB and of processes with a topic. A process has one event at a time. A topic at its limit has taken a message a second for a
minute, so its burst is over. The emulated OCI is on the same CPUs; it checks no signatures, so that it takes little of them.
Two values in a cell are those of "function, event" / "function, http".`,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.rounds, fewRounds, batchRounds)
}
