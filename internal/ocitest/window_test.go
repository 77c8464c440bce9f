package ocitest

import (
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	type step struct {
		after  time.Duration // since the step before
		amount int
		taken  bool
	}
	for _, test := range []struct {
		name  string
		limit int
		steps []step
	}{
		{"up to the limit", 3, []step{{0, 1, true}, {0, 2, true}, {0, 1, false}}},
		{"slides", 2, []step{{0, 1, true}, {600, 1, true}, {399, 1, false}, {1, 1, true}, {0, 1, false}, {599, 1, false}, {1, 1, true}}},
		{"what is refused does not count", 1, []step{{0, 1, true}, {999, 1, false}, {1, 1, true}}},
		{"smaller behind larger", 10, []step{{0, 8, true}, {0, 3, false}, {0, 2, true}}},
		{"more than the limit if empty", 10, []step{{0, 11, true}, {999, 1, false}, {1, 11, true}}},
		{"no limit", 0, []step{{0, 1 << 30, true}, {0, 1 << 30, true}}},
		{"the clock goes back", 1, []step{{0, 1, true}, {-500, 1, false}, {1500, 1, true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, now := window{length: time.Second}, time.Unix(0, 0)
			for i, step := range test.steps {
				now = now.Add(step.after * time.Millisecond)
				if got := w.take(now, step.amount, test.limit); got != step.taken {
					t.Errorf("step %d: taken %v, want %v", i, got, step.taken)
				}
			}
		})
	}
}

// TestWindowForgets checks that a window keeps no more than its length, also
// without a limit, and one element for each time.
func TestWindowForgets(t *testing.T) {
	for _, limit := range []int{0, 1 << 30} {
		w, now := window{length: time.Second}, time.Unix(0, 0)
		for i := range 100_000 {
			w.take(now.Add(time.Duration(i)/10*time.Millisecond), 1, limit)
		}
		if len(w.taken) != 1000 || w.sum != 10_000 || cap(w.taken) > 4000 {
			t.Errorf("limit %d: %d elements of %d, sum %d", limit, len(w.taken), cap(w.taken), w.sum)
		}
	}
}
