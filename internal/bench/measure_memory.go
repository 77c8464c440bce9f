package main

import "context"

// memory makes many calls to one process, one after the other, and looks at its memory.
func (n network) memory(ctx context.Context, l *lab, p program) (figures, error) {
	b, err := l.newBed(p, n, nil)
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
	return n.named(figures{rowMemory: resident, rowPeak: peak}), b.check()
}
