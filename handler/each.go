package handler

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// each calls do with 0 to n-1, at most limit at a time, and returns when all have returned. A panic of one is a panic
// here.
func each(n, limit int, do func(int)) {
	if n == 1 {
		do(0) // in this goroutine: a new one would have to grow its stack again
		return
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	var fault atomic.Pointer[panicElsewhere]
	for range min(n, limit) {
		workers.Go(func() {
			defer func() {
				if panicked := recover(); panicked != nil {
					fault.Store(&panicElsewhere{panicked, string(debug.Stack())})
				}
			}()
			for index := int(next.Add(1)) - 1; index < n; index = int(next.Add(1)) - 1 {
				do(index)
			}
		})
	}
	workers.Wait()
	if elsewhere := fault.Load(); elsewhere != nil {
		panic(*elsewhere)
	}
}
