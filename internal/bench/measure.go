package main

import (
	"context"
	"fmt"
)

// measure is something that is measured of a program. Its rows are those that it fills.
type measure struct {
	name     string
	rounds   int                // at most; 0: all
	together bool               // of all programs at once: for what does not depend on time
	of       func(program) bool // nil: of all
	rows     []string
	run      func(context.Context, *lab, program) (figures, error)
}

// figures are what was measured, by row.
type figures map[string]float64

// measures is everything that is measured.
func measures() []measure {
	all := []measure{{name: "size", rounds: 1, rows: []string{rowSize, rowPacked}, run: sizes}}
	for _, n := range []network{plain, near, far, afar} {
		all = append(all, n.measures()...)
	}
	return append(all, batchMeasures()...)
}

// measures is what is measured of all programs over the network: of hello only without it.
func (n network) measures() []measure {
	of := func(p program) bool { return !n.tls || !p.idle }
	all := []measure{
		{name: n.row("start"), of: of, rows: n.rows(rowListening, rowFirst, rowFirstCPU, rowFirstMemory), run: n.start},
		{name: n.row("warm"), of: of, rows: n.rows(rowP50, rowP99, rowCallCPU, rowSigned, rowSignedCPU), run: n.warm},
		{name: n.row("busy"), of: of, rows: n.rows(rowBusy), run: n.busy},
	}
	if n.roundTrip == 0 {
		all = append(all, measure{name: n.row("memory"), rounds: 1, together: true, of: of, rows: n.rows(rowMemory, rowPeak), run: n.memory})
	}
	return all
}

// row is the name of a row of what is measured over the network.
func (n network) row(name string) string {
	if n.name == "" {
		return name
	}
	return n.name + ": " + name
}

func (n network) rows(names ...string) []string {
	rows := make([]string, len(names))
	for index, name := range names {
		rows[index] = n.row(name)
	}
	return rows
}

// named are the figures under the network's names of the rows.
func (n network) named(got figures) figures {
	named := figures{}
	for name, value := range got {
		named[n.row(name)] = value
	}
	return named
}

// scale is how many of what is to be repeated are repeated over the network: over a far one, where each takes long and
// varies little, a few.
func (n network) scale(count int) int {
	if n.roundTrip == 0 {
		return count
	}
	return max(count/8, 2)
}

// short is a number of records or invitations, for names.
func short(count int) string {
	if count < 1000 {
		return fmt.Sprint(count)
	}
	return fmt.Sprintf("%d,%03d", count/1000, count%1000)
}
