package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"sender-invitations/internal/fnhost"
)

// concurrency is the function's CONCURRENCY, of which batches take as much.
const concurrency = 8

// maxBody is the most that the platform takes: 6 MB.
const maxBody = 6 << 20

// batchMeasures are those of lists of events, which only the function takes.
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

// batch is a list of as many signups of some bytes each, as the next call.
func (b *bed) batch(records, size int) fnhost.Call {
	list := make([][]byte, records)
	for index := range list {
		list[index] = signup(b.number.Add(1), size)
	}
	b.asked.Add(int64(records))
	return fnhost.Call{Header: http.Header{"Content-Type": {"application/cloudevents-batch+json"}},
		Body: fmt.Appendf(nil, "[%s]", bytes.Join(list, []byte(",")))}
}

// fill makes invitations of which the program knows nothing.
func (b *bed) fill(count int) {
	b.filled += count
	for range count {
		request := httptest.NewRequest(http.MethodPost, "/20230401/senderInvitations", bytes.NewReader(creation(b.number.Add(1))))
		b.oci.ServeHTTP(httptest.NewRecorder(), request)
	}
}

// batchRate compares records that come one by one with those that come in a list.
func batchRate(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at, nil)
	if err != nil {
		return nil, err
	}
	defer b.close()
	if _, err := b.calls(ctx, 16); err != nil { // to be warm
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

// batchGrowth looks at what grows with the records, and with the invitations that are there already: of the CPU, for it is
// the function's alone.
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

// batchBeside is what a list takes of the CPU, in ms, and how many calls to OCI, where there are invitations already.
func (l *lab) batchBeside(ctx context.Context, p program, at place, records, existing int) (cpu float64, calls int, err error) {
	b, err := l.newBed(p, at, nil)
	if err != nil {
		return 0, 0, err
	}
	defer b.close()
	b.fill(existing)
	if _, err := b.calls(ctx, 16); err != nil { // to be warm
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

// largeBatch makes a list that is as large as the platform lets it be.
func largeBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at, nil)
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
