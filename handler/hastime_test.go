package handler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A record of a list begins only if there is time for an attempt; a single record begins if there is any time.
func TestHasTime(t *testing.T) {
	for left, c := range map[time.Duration]struct{ listed, alone bool }{
		301 * time.Millisecond: {true, true},
		300 * time.Millisecond: {false, true},
		0:                      {false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), left)
			defer cancel()
			if listed := (&invocation{}).hasTime(ctx); listed != c.listed {
				t.Errorf("%v left: hasTime in a list is %v", left, listed)
			}
			if alone := (&invocation{alone: true}).hasTime(ctx); alone != c.alone {
				t.Errorf("%v left: hasTime of a single record is %v", left, alone)
			}
		})
	}
}
