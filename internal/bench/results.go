package main

import (
	"cmp"
	"math"
	"sync"
)

// results are all figures, by row and column.
type results struct {
	mu   sync.Mutex
	rows map[string]map[string]*column
}

// column is what was seen in one cell of the table.
type column struct {
	rounds map[int]float64
	fault  error // the first
}

// add keeps the figures of one measure; an error stands in their rows.
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

func (r *results) cell(row, program string) *column {
	if r.rows == nil {
		r.rows = map[string]map[string]*column{}
	}
	if r.rows[row] == nil {
		r.rows[row] = map[string]*column{}
	}
	if r.rows[row][program] == nil {
		r.rows[row][program] = &column{rounds: map[int]float64{}}
	}
	return r.rows[row][program]
}

// value is the median over the rounds, NaN if there is none.
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

// ratio is the median of the ratios of two programs in each round, NaN if there is none.
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
