package main

import "context"

// warm measures calls to one process, one after the other.
func warm(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if _, err := b.calls(ctx, at.scale(16)); err != nil { // warms up
		return nil, err
	}
	signed := len(b.oci.Calls())
	before, err := cpuTime(b.pid())
	if err != nil {
		return nil, err
	}
	took, err := b.calls(ctx, at.scale(l.calls))
	if err != nil {
		return nil, err
	}
	after, err := cpuTime(b.pid())
	if err != nil {
		return nil, err
	}
	resident, _, err := memory(b.pid())
	if err != nil {
		return nil, err
	}
	signed = len(b.oci.Calls()) - signed
	count := float64(len(took))
	got := figures{rowP50: median(took), rowP99: quantile(took, 0.99), rowCallCPU: (after - before) / count,
		rowSigned: float64(signed) / count, rowWarmMemory: resident}
	if signed > 0 {
		got[rowSignedCPU] = (after - before) / float64(signed)
	}
	return got, b.check()
}
