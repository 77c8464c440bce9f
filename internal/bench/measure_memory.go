package main

import "context"

// manyCalls measures the memory of a process after many calls, one after the other.
func manyCalls(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if _, err := b.calls(ctx, l.many); err != nil {
		return nil, err
	}
	resident, peak, err := memory(b.pid())
	if err != nil {
		return nil, err
	}
	return figures{rowMemory: resident, rowPeak: peak}, b.check()
}
