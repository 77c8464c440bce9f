package main

import (
	"context"
	"time"
)

// start starts the program several times, makes one call to each process, and returns the medians.
func start(ctx context.Context, l *lab, p program, at place) (figures, error) {
	seen := map[string][]float64{}
	for range at.scale(l.starts) {
		got, err := startOnce(ctx, l, p, at)
		if err != nil {
			return nil, err
		}
		for name, value := range got {
			seen[name] = append(seen[name], value)
		}
	}
	medians := figures{}
	for name, values := range seen {
		medians[name] = median(values)
	}
	return medians, nil
}

// startOnce starts the program once and makes a call. The times include the creation of the process.
func startOnce(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return nil, err
	}
	defer b.close()
	begin := time.Now()
	if err := b.host.Provision(ctx); err != nil {
		return nil, err
	}
	listening := milliseconds(time.Since(begin))
	if _, err := b.call(ctx); err != nil {
		return nil, err
	}
	answered := milliseconds(time.Since(begin))
	cpu, err := cpuTime(b.pid())
	if err != nil {
		return nil, err
	}
	resident, _, err := memory(b.pid())
	if err != nil {
		return nil, err
	}
	return figures{rowListening: listening, rowFirst: answered, rowFirstCPU: cpu, rowFirstMemory: resident}, b.check()
}
