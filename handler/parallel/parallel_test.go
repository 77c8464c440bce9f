package parallel

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
)

func TestEach(t *testing.T) {
	for _, c := range []struct{ n, limit int }{{0, 8}, {1, 8}, {100, 1}, {100, 8}} {
		var done [100]atomic.Int32
		Each(c.n, c.limit, func(index int) { done[index].Add(1) })
		for index := range done {
			if got, want := done[index].Load(), index < c.n; got > 1 || (got == 1) != want {
				t.Errorf("%d of %d: done %d times", index, c.n, got)
			}
		}
	}
}

// If one call panics, Each panics after the others have returned.
func TestEachPanics(t *testing.T) {
	var others atomic.Int32
	broken := errors.New("broken")
	told := func() (told Panic) {
		defer func() { told, _ = recover().(Panic) }()
		Each(10, 2, func(index int) {
			if index == 3 {
				panic(broken)
			}
			others.Add(1)
		})
		return told
	}()
	if told.Value != broken || !strings.Contains(told.Stack, "TestEachPanics") || others.Load() != 9 {
		t.Errorf("%d other calls have returned, want 9; panic %v", others.Load(), told)
	}
}
