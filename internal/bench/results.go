package main

import (
	"errors"
	"math"
)

// results are all figures, by row, column and round.
type results map[string]map[string]*column

// column is what was seen in one cell of the table.
type column struct {
	rounds map[int]float64
	faults []error
}

// add keeps the figures of one measure; an error stands in its rows, and its figures do not count.
func (r *results) add(round int, program string, rows []string, got figures, err error) {
	if *r == nil {
		*r = results{}
	}
	for _, row := range rows {
		if (*r)[row] == nil {
			(*r)[row] = map[string]*column{}
		}
		if (*r)[row][program] == nil {
			(*r)[row][program] = &column{rounds: map[int]float64{}}
		}
		cell := (*r)[row][program]
		if value, ok := got[row]; err != nil {
			cell.faults = append(cell.faults, err)
		} else if ok {
			cell.rounds[round] = value
		}
	}
}

// value is the median over the rounds, NaN if there is none.
func (r results) value(row, program string) (float64, error) {
	cell := r[row][program]
	if cell == nil {
		return math.NaN(), nil
	}
	var values []float64
	for _, value := range cell.rounds {
		values = append(values, value)
	}
	return median(values), errors.Join(cell.faults...)
}

// ratio is the median of the ratios of two programs in each round, NaN if there is none.
func (r results) ratio(row, program, to string) float64 {
	over, under := r[row][program], r[row][to]
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
