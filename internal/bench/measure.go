package main

import (
	"context"
	"slices"
)

// measure is a measurement of a program. Its run returns the figures of its rows.
type measure struct {
	name     string
	rounds   int                // the maximum; 0: all rounds
	together bool               // all programs at once, for figures that are not times
	of       func(program) bool // selects programs; nil: all
	place    place
	rows     []string // without the place's name
	run      func(context.Context, *lab, program, place) (figures, error)
}

// figures are measured values by row.
type figures map[string]float64

// The number of rounds of slow measures.
const (
	fewRounds   = 5 // far away, or with one CPU
	batchRounds = 3
)

// measures returns all measures.
func measures() []measure {
	once := func(p program) bool { return p.name != byHTTP } // it has the same binary as byEvent
	all := []measure{{name: "size", rounds: 1, together: true, of: once, rows: []string{rowSize, rowPacked}, run: size}}
	for _, at := range places {
		all = append(all, at.measures()...)
	}
	return slices.Concat(all, batchMeasures(), scaleMeasures())
}

// measures returns the measures at a place. Those over TLS exclude hello, which makes no calls.
func (at place) measures() []measure {
	switch {
	case at.oneCPU:
		return []measure{{name: at.row("warm"), rounds: fewRounds, place: at, rows: []string{rowP50, rowSignedCPU}, run: warm}}
	case at.tls:
		return at.secured()
	}
	return []measure{
		{name: "start", rows: []string{rowListening, rowFirst, rowFirstCPU, rowFirstMemory}, run: start},
		{name: "warm", rows: []string{rowP50, rowP99, rowCallCPU, rowSigned, rowSignedCPU}, run: warm},
		{name: "busy", rows: []string{rowBusy}, run: busy},
		{name: "memory", rounds: 1, together: true, rows: []string{rowMemory, rowPeak}, run: manyCalls},
	}
}

// secured returns the measures over TLS. Far away there are too few calls for a p99, which would be their maximum.
func (at place) secured() []measure {
	calls := func(p program) bool { return !p.idle }
	rounds, warmRows := 0, []string{rowP50, rowP99, rowCallCPU, rowSignedCPU, rowWarmMemory}
	if at.roundTrip > 0 {
		rounds, warmRows = fewRounds, []string{rowP50, rowCallCPU, rowSignedCPU, rowWarmMemory}
	}
	return []measure{
		{name: at.row("start"), rounds: rounds, of: calls, place: at, rows: []string{rowFirst, rowFirstCPU, rowFirstMemory}, run: start},
		{name: at.row("warm"), rounds: rounds, of: calls, place: at, rows: warmRows, run: warm},
		{name: at.row("busy"), rounds: rounds, of: calls, place: at, rows: []string{rowBusy}, run: busy},
	}
}
