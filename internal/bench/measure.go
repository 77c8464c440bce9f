package main

import (
	"context"
	"slices"
	"strings"
)

// measure is something that is measured of a program in each round. Its rows are those that it fills.
type measure struct {
	name string
	once bool // in the first round only
	of   func(program) bool
	rows []string
	run  func(context.Context, *lab, program) (figures, error)
}

// figures are what was measured, by row.
type figures map[string]float64

func measures() []measure {
	return []measure{
		{name: "size", once: true, rows: []string{rowSize, rowPacked}, run: func(ctx context.Context, l *lab, p program) (figures, error) { return p.sizes(ctx, l) }},
		{name: "start", rows: []string{rowListening, rowFirst, rowFirstCPU, rowFirstMemory}, run: start},
		{name: "warm", rows: []string{rowP50, rowP99, rowCallCPU, rowSigned, rowSignedCPU}, run: warm},
	}
}

// wants reports whether the command line asks for the measure.
func (l *lab) wants(m measure) bool {
	return l.only == "" || slices.Contains(strings.Split(l.only, ","), m.name)
}
