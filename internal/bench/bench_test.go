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

// What cannot be measured stands in the table as that.
func TestTimeRunsOut(t *testing.T) {
	l := &lab{options: defaults(), stderr: io.Discard, programs: columns()}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.measureAll(ctx)
	for line := range strings.Lines(l.results.markdown(rows())) {
		if strings.Contains(line, "| yes") || strings.Contains(line, "goal") && !strings.Contains(line, "measure ") {
			t.Error(line)
		}
	}
	if text := l.results.markdown(rows()); !strings.Contains(text, rowFirst+", raw: the time ran out") {
		t.Error(text)
	}
}
