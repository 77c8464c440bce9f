package main

import "context"

// measure is something that is measured of a program: what run finds are its rows.
type measure struct {
	name     string
	rounds   int                // at most; 0: all
	together bool               // of all programs at once: for what does not depend on time
	of       func(program) bool // nil: of all
	network  network
	rows     []string // less the network's name
	run      func(context.Context, *lab, program, network) (figures, error)
}

// figures are what was measured, by row.
type figures map[string]float64

// What takes long is measured in so many rounds.
const (
	farRounds   = 5
	batchRounds = 3
)

// measures is everything that is measured.
func measures() []measure {
	once := func(p program) bool { return p.name != byHTTP } // the binary is that of byEvent
	all := []measure{{name: "size", rounds: 1, together: true, of: once, rows: []string{rowSize, rowPacked}, run: size}}
	for _, n := range networks {
		all = append(all, n.measures()...)
	}
	return append(all, batchMeasures()...)
}

// measures is what is measured of all programs over the network: of hello only without it.
func (n network) measures() []measure {
	if !n.tls {
		return []measure{
			{name: "start", rows: []string{rowListening, rowFirst, rowFirstCPU, rowFirstMemory}, run: start},
			{name: "warm", rows: []string{rowP50, rowP99, rowCallCPU, rowSigned, rowSignedCPU}, run: warm},
			{name: "busy", rows: []string{rowBusy}, run: busy},
			{name: "memory", rounds: 1, together: true, rows: []string{rowMemory, rowPeak}, run: manyCalls},
		}
	}
	calls := func(p program) bool { return !p.idle }
	rounds := 0
	if n.roundTrip > 0 {
		rounds = farRounds
	}
	return []measure{
		{name: n.row("start"), rounds: rounds, of: calls, network: n, rows: []string{rowFirst, rowFirstCPU, rowFirstMemory}, run: start},
		{name: n.row("warm"), rounds: rounds, of: calls, network: n, rows: []string{rowP50, rowP99, rowCallCPU, rowSignedCPU, rowWarmMemory}, run: warm},
		{name: n.row("busy"), rounds: rounds, of: calls, network: n, rows: []string{rowBusy}, run: busy},
	}
}
