// Package parallel does n pieces of work, a limited number at a time.
package parallel

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Panic is the value of the panic of [Each] after a panic of do: the original value, and the stack of its goroutine.
type Panic struct {
	Value any
	Stack string
}

// Each calls do with 0 to n-1, at most limit at a time, and returns when all calls have returned. If a call panics, Each panics
// with a [Panic] after the others have returned.
func Each(n, limit int, do func(int)) {
	if n == 1 {
		do(0) // in this goroutine, whose stack has grown already
		return
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	var panicked atomic.Pointer[Panic]
	for range min(n, limit) {
		workers.Go(func() {
			defer func() {
				if value := recover(); value != nil {
					panicked.Store(&Panic{value, string(debug.Stack())})
				}
			}()
			for index := int(next.Add(1)) - 1; index < n; index = int(next.Add(1)) - 1 {
				do(index)
			}
		})
	}
	workers.Wait()
	if p := panicked.Load(); p != nil {
		panic(*p)
	}
}
