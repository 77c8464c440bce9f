package main

import "context"

// warmUp is the calls that come before those that are measured.
const warmUp = 10

// warm makes calls to one process, one after the other.
func warm(ctx context.Context, l *lab, p program) (figures, error) {
	b, err := l.newBed(p)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if _, err := b.calls(ctx, warmUp); err != nil {
		return nil, err
	}
	signed := b.signed()
	before, err := cpuTime(b.pid())
	if err != nil {
		return nil, err
	}
	took, err := b.calls(ctx, l.calls)
	if err != nil {
		return nil, err
	}
	after, err := cpuTime(b.pid())
	if err != nil {
		return nil, err
	}
	cpu, count := milliseconds(after-before), float64(b.signed()-signed)
	got := figures{rowP50: median(took), rowP99: quantile(took, 0.99), rowCallCPU: cpu / float64(l.calls)}
	if !p.idle {
		got[rowSigned], got[rowSignedCPU] = count/float64(l.calls), cpu/count
	}
	return got, b.check()
}
