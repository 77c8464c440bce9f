package main

import (
	"cmp"
	"math"
	"sync"
)

// results holds all figures by row and column.
type results struct {
	mu   sync.Mutex
	rows map[string]map[string]*cell
}

// cell holds the figures of one cell of the table by round.
type cell struct {
	rounds map[int]float64
	fault  error // the first error
}

// add stores the figures of one measure, or its error, in the rows of the measure.
func (r *results) add(round int, program string, m measure, got figures, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range m.rows {
		cell := r.cell(m.place.row(row), program)
		if value, ok := got[row]; err != nil {
			cell.fault = cmp.Or(cell.fault, err)
		} else if ok {
			cell.rounds[round] = value
		}
	}
}

func (r *results) cell(row, program string) *cell {
	if r.rows == nil {
		r.rows = map[string]map[string]*cell{}
	}
	if r.rows[row] == nil {
		r.rows[row] = map[string]*cell{}
	}
	if r.rows[row][program] == nil {
		r.rows[row][program] = &cell{rounds: map[int]float64{}}
	}
	return r.rows[row][program]
}

// value returns the median over the rounds, or NaN if there are no figures.
func (r *results) value(row, program string) (float64, error) {
	cell := r.rows[row][program]
	if cell == nil {
		return math.NaN(), nil
	}
	var values []float64
	for _, value := range cell.rounds {
		values = append(values, value)
	}
	return median(values), cell.fault
}

// ratio returns the median over the rounds of the ratio of two programs, or NaN if there are no figures.
func (r *results) ratio(row, program, to string) float64 {
	over, under := r.rows[row][program], r.rows[row][to]
	if over == nil || under == nil {
		return math.NaN()
	}
	var ratios []float64
	for round, value := range over.rounds {
		if base, ok := under.rounds[round]; ok {
			ratios = append(ratios, value/base)
		}
	}
	return median(ratios)
}
