package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A run of next to nothing, with the real programs, fills every row, and nothing fails.
func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc of Linux has CPU and memory")
	}
	o := defaults()
	o.rounds, o.starts, o.calls, o.busy, o.many, o.records, o.existing = 1, 1, 2, time.Millisecond, 2, 8, 4
	o.gzip = gzip.HuffmanOnly
	var table, progress bytes.Buffer
	if err := errors.Join(o.check(nil), run(t.Context(), o, &table, &progress)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(table.String(), "failed") {
		t.Errorf("%s\n%s", &table, &progress)
	}
	for _, m := range measures() {
		for _, row := range m.rows {
			wantFilled(t, table.String(), m, row)
		}
	}
	for _, row := range rows() {
		if !strings.Contains(table.String(), "| "+row.name+" ") {
			t.Errorf("no row %q in\n%s", row.name, &table)
		}
	}
	t.Logf("%s\n%s", &table, &progress)
}

// wantFilled looks for a figure of each program of which the measure is. What signs nothing has no CPU per signed request.
func wantFilled(t *testing.T, table string, m measure, row string) {
	t.Helper()
	_, line, _ := strings.Cut(table, "| "+m.place.row(row)+" ")
	cells := strings.Split(line, "|")
	for index, p := range columns() {
		if m.of != nil && !m.of(p) || p.idle && row == rowSignedCPU {
			continue
		}
		if len(cells) < 9 || strings.TrimSpace(cells[index+1]) == "–" {
			t.Errorf("nothing of %s in row %q of\n%s", p.name, m.place.row(row), table)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name      string
		change    func(*options)
		arguments []string
		want      string // a part of the error; "": there is none
	}{
		{"as it is", func(*options) {}, nil, ""},
		{"some measures", func(o *options) { o.only = regexp.MustCompile("^(start|warm)$") }, nil, ""},
		{"no measure", func(o *options) { o.only = regexp.MustCompile("^worm$") }, nil, "no measure; there are: size, start, warm, "},
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

// newBrokenLab is a lab of programs that end at once.
func newBrokenLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{options: defaults(), stderr: io.Discard, programs: columns()}
	l.rounds = 2
	for index := range l.programs {
		l.programs[index].binary = "false"
	}
	return l
}

// A program that does not work has no figures, and meets no goal.
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

// What there was no time for is in the table as that.
func TestTimeRunsOut(t *testing.T) {
	l := newBrokenLab(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.measureAll(ctx)
	if table := l.results.markdown(rows()); !strings.Contains(table, rowFirst+", raw: round 1 and on: context canceled") || strings.Contains(table, "yes") {
		t.Error(table)
	}
}
