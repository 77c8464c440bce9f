package main

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name      string
		change    func(*options)
		arguments []string
		want      string // a part of the error; "" for no error
	}{
		{"defaults", func(*options) {}, nil, ""},
		{"some measures", func(o *options) { o.only = regexp.MustCompile("^(start|warm)$") }, nil, ""},
		{"no measure", func(o *options) { o.only = regexp.MustCompile("^worm$") }, nil, "no measure; the measures are: size, start, warm, "},
		{"an argument", func(*options) {}, []string{"start"}, "no arguments but flags"},
		{"no rounds", func(o *options) { o.rounds = 0 }, nil, "1 to 10,000"},
		{"no time to be busy", func(o *options) { o.busy = 0 }, nil, "times positive"},
	} {
		o := defaults()
		c.change(&o)
		err := o.check(c.arguments)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// newBrokenLab returns a lab of programs that end at once.
func newBrokenLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{options: defaults(), stderr: io.Discard, programs: columns()}
	l.rounds = 2
	for index := range l.programs {
		l.programs[index].binary = "false"
	}
	return l
}

// TestBrokenPrograms checks that a program that does not work has no figures and meets no goal.
func TestBrokenPrograms(t *testing.T) {
	l := newBrokenLab(t)
	l.measureAll(t.Context())
	table := l.results.markdown(rows())
	if !strings.Contains(table, rowFirst+", raw: 502 FunctionInvokeContainerInitFail: the function ended before it listened") {
		t.Error(table)
	}
	for line := range strings.Lines(table) {
		if strings.Contains(line, "yes") || strings.HasPrefix(line, "| "+rowP50) && strings.Count(line, "| failed ") != 5 {
			t.Error(line)
		}
	}
}

// TestTimeRunsOut checks that the table shows what there was no time for.
func TestTimeRunsOut(t *testing.T) {
	l := newBrokenLab(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.measureAll(ctx)
	if table := l.results.markdown(rows()); !strings.Contains(table, rowFirst+", raw: round 1 and on: context canceled") || strings.Contains(table, "yes") {
		t.Error(table)
	}
}
