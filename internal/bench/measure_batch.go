package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"sender-invitations/internal/fnhost"
)

// concurrency is the function's default CONCURRENCY, which limits the concurrent calls of a batch.
const concurrency = 8

// maxBody is the platform's limit of a body: 6 MB.
const maxBody = 6 << 20

// batchMeasures returns the measures of lists of events, which only the function accepts.
func batchMeasures() []measure {
	of := func(p program) bool { return p.name == byEvent }
	return []measure{
		{name: "batch", rounds: batchRounds, of: of, rows: []string{rowSingleRate, rowBatchRate, rowBatchGain, rowBatchCalls}, run: batchRate},
		{name: "batch growth", rounds: batchRounds, of: of, rows: growthRows, run: batchGrowth},
		{name: "batch of 6 MB", rounds: 1, of: of, rows: []string{rowLargePeak}, run: largeBatch},
		{name: "slight batch", rounds: batchRounds, of: of, place: afar, rows: slightRows, run: slightBatch},
		{name: "strict batch", rounds: batchRounds, of: of, place: afar, rows: strictRows, run: strictBatch},
	}
}

// batch returns a call with a list of signups of size bytes each.
func (b *bed) batch(records, size int) fnhost.Call {
	list := make([][]byte, records)
	for index := range list {
		list[index] = signup(b.number.Add(1), size)
	}
	b.asked.Add(int64(records))
	return fnhost.Call{Header: http.Header{"Content-Type": {"application/cloudevents-batch+json"}},
		Body: fmt.Appendf(nil, "[%s]", bytes.Join(list, []byte(",")))}
}

// fill creates invitations before the program runs.
func (b *bed) fill(count int) {
	b.filled += count
	for range count {
		request := httptest.NewRequest(http.MethodPost, "/20230401/senderInvitations", bytes.NewReader(creation(b.number.Add(1))))
		b.oci.ServeHTTP(httptest.NewRecorder(), request)
	}
}

// batchRate compares the rate of records that come one by one with that of a list.
func batchRate(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if _, err := b.calls(ctx, 16); err != nil { // warms up
		return nil, err
	}
	single, err := b.calls(ctx, l.calls)
	if err != nil {
		return nil, err
	}
	calls := len(b.oci.Calls())
	took, err := b.invoke(ctx, b.batch(l.records, 1024))
	if err != nil {
		return nil, err
	}
	calls = len(b.oci.Calls()) - calls
	one, many := 1e3/mean(single), float64(l.records)/took*1e3
	return figures{rowSingleRate: one, rowBatchRate: many, rowBatchGain: many / one, rowBatchCalls: float64(calls)}, b.check()
}

// batchGrowth measures how CPU time grows with the number of records and with the number of existing invitations. Unlike the
// duration, CPU time does not include the emulated OCI.
func batchGrowth(ctx context.Context, l *lab, p program, at place) (figures, error) {
	got, calls := figures{}, 0
	for _, c := range []struct {
		records, existing int
		row               string
	}{
		{l.records / 4, 0, rowQuarter}, {l.records, 0, rowWhole}, {l.records / 4, l.existing / 2, rowQuarterHalf}, {l.records / 4, l.existing, rowQuarterFull},
	} {
		cpu, made, err := l.batchBeside(ctx, p, at, c.records, c.existing)
		if err != nil {
			return nil, err
		}
		got[c.row], calls = cpu/float64(c.records), made
	}
	got[rowFullCalls] = float64(calls) // of the last
	got[rowLinearRecords] = got[rowWhole] / got[rowQuarter]
	got[rowLinearExisting] = got[rowQuarterFull] / (2*got[rowQuarterHalf] - got[rowQuarter])
	return got, nil
}

// batchBeside returns the CPU time of a list in ms, and its number of calls to OCI, beside existing invitations.
func (l *lab) batchBeside(ctx context.Context, p program, at place, records, existing int) (cpu float64, calls int, err error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return 0, 0, err
	}
	defer b.close()
	b.fill(existing)
	if _, err := b.calls(ctx, 16); err != nil { // warms up
		return 0, 0, err
	}
	calls = len(b.oci.Calls())
	before, err := cpuTime(b.pid())
	if err != nil {
		return 0, 0, err
	}
	if _, err := b.invoke(ctx, b.batch(records, 1024)); err != nil {
		return 0, 0, err
	}
	after, err := cpuTime(b.pid())
	if err != nil {
		return 0, 0, err
	}
	return after - before, len(b.oci.Calls()) - calls, b.check()
}

// largeBatch sends the largest list that the platform allows.
func largeBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if _, err := b.invoke(ctx, b.batch(l.records, maxBody/l.records-2)); err != nil {
		return nil, err
	}
	_, peak, err := memory(b.pid())
	if err != nil {
		return nil, err
	}
	return figures{rowLargePeak: peak}, b.check()
}
