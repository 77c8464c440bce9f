package handler

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A record of a list is not begun with less time than an attempt needs; one by itself always is, as long as there is any.
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
				t.Errorf("%v left: of a list %v", left, listed)
			}
			if alone := (&invocation{alone: true}).hasTime(ctx); alone != c.alone {
				t.Errorf("%v left: by itself %v", left, alone)
			}
		})
	}
}
