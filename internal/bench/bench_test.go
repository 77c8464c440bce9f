package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
)

// A run of next to nothing, with the real programs, fills every row, and nothing fails.
func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("CPU and memory are measured on Linux alone")
	}
	o := defaults()
	o.rounds, o.starts, o.calls, o.busy, o.many, o.records, o.existing, o.gzip = 1, 1, 2, 0, 2, 8, 4, gzip.HuffmanOnly
	var table, progress bytes.Buffer
	if err := run(t.Context(), o, &table, &progress); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(table.String(), "failed") {
		t.Errorf("%s\n%s", &table, &progress)
	}
	for _, row := range rows() {
		_, line, _ := strings.Cut(table.String(), "| "+row.name+" ")
		if cells := strings.Split(line, "|"); len(cells) < 5 || row.elsewhere == "" && strings.TrimSpace(cells[4]) == "–" {
			t.Errorf("nothing of the function in row %q of\n%s", row.name, &table)
		}
	}
	t.Logf("%s\n%s", &table, &progress)
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
