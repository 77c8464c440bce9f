package main

import (
	"math"
	"testing"
)

func TestQuantiles(t *testing.T) {
	for _, c := range []struct {
		values            []float64
		half, late, whole float64 // median, 99 % and all
	}{
		{[]float64{7}, 7, 7, 7},
		{[]float64{3, 1}, 2, 3, 3},
		{[]float64{9, 1, 5}, 5, 9, 9},
		{[]float64{4, 3, 2, 1}, 2.5, 4, 4},
	} {
		if got := []float64{median(c.values), quantile(c.values, 0.99), quantile(c.values, 1)}; got[0] != c.half || got[1] != c.late || got[2] != c.whole {
			t.Errorf("%v: %v", c.values, got)
		}
	}
	hundred := make([]float64, 100)
	for index := range hundred {
		hundred[index] = float64(100 - index)
	}
	if got := quantile(hundred, 0.99); got != 99 {
		t.Errorf("99 %% of 1 to 100: %v", got)
	}
	if !math.IsNaN(median(nil)) {
		t.Error("the median of nothing is a number")
	}
}
