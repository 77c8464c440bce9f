//go:build bench

package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestRun checks that the smallest run with the real programs fills every row without a failure.
func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc of Linux has CPU and memory")
	}
	o := defaults()
	o.rounds, o.starts, o.calls, o.busy, o.many, o.records, o.existing = 1, 1, 2, time.Millisecond, 2, 8, 4
	o.scale, o.gzip = 300*time.Millisecond, gzip.HuffmanOnly
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

// wantFilled checks that the row has a figure of each program of the measure. A program that signs nothing has no CPU time per
// signed request.
func wantFilled(t *testing.T, table string, m measure, row string) {
	t.Helper()
	_, line, _ := strings.Cut(table, "| "+m.place.row(row)+" ")
	cells := strings.Split(line, "|")
	for index, p := range columns() {
		if m.of != nil && !m.of(p) || p.idle && row == rowSignedCPU {
			continue
		}
		if len(cells) < 9 || strings.TrimSpace(cells[index+1]) == "–" {
			t.Errorf("no figure of %s in row %q of\n%s", p.name, m.place.row(row), table)
		}
	}
}
