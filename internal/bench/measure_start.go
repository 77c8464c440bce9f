package main

import (
	"context"
	"time"
)

// start starts the program some times, and makes a call of each process.
func start(ctx context.Context, l *lab, p program) (figures, error) {
	seen := map[string][]float64{}
	for range l.starts {
		got, err := startOnce(ctx, l, p)
		if err != nil {
			return nil, err
		}
		for row, value := range got {
			seen[row] = append(seen[row], value)
		}
	}
	medians := figures{}
	for row, values := range seen {
		medians[row] = median(values)
	}
	return medians, nil
}

// startOnce starts the program once. The clock runs from before the process is made.
func startOnce(ctx context.Context, l *lab, p program) (figures, error) {
	b, err := l.newBed(p)
	if err != nil {
		return nil, err
	}
	defer b.close()
	begin := time.Now()
	if err := b.host.Provision(ctx); err != nil {
		return nil, err
	}
	listening := time.Since(begin)
	if _, err := b.call(ctx); err != nil {
		return nil, err
	}
	answered := time.Since(begin)
	cpu, err := cpuTime(b.pid())
	if err != nil {
		return nil, err
	}
	resident, _, err := memory(b.pid())
	if err != nil {
		return nil, err
	}
	return figures{rowListening: milliseconds(listening), rowFirst: milliseconds(answered), rowFirstCPU: milliseconds(cpu),
		rowFirstMemory: resident}, b.check()
}
