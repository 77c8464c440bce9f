package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"sender-invitations/internal/fnhost"
)

// concurrency is the function's CONCURRENCY, of which batches take as much.
const concurrency = 8

// maxBody is the most that the platform takes: 6 MB.
const maxBody = 6 << 20

// The paces past which Organizations refuses calls, far away. CONCURRENCY can make 160 calls in a second at a round trip of
// 50 ms: one pace is a little under that, so that the goal can be reached, but not by chance; the other is far under it, and
// what counts is how near the list comes to what it is allowed.
const (
	limitedBurst = 20
	slightRate   = 140
	strictRate   = 100
)

// batchMeasures are those of lists of events, which only the function takes.
func batchMeasures() []measure {
	of := func(p program) bool { return p.name == byEvent }
	return []measure{
		{name: "batch", rounds: batchRounds, of: of, rows: []string{rowSingleRate, rowBatchRate, rowBatchGain, rowBatchCalls}, run: batchRate},
		{name: "batch growth", rounds: batchRounds, of: of, rows: growthRows, run: batchGrowth},
		{name: "batch of 6 MB", rounds: 1, of: of, rows: []string{rowLargePeak}, run: largeBatch},
		{name: "batch refused", rounds: batchRounds, of: of, place: afar, rows: []string{rowSlightTime, rowSlightShare, rowSlightRefused}, run: slightlyLimitedBatch},
		{name: "batch held back", rounds: batchRounds, of: of, place: afar, rows: []string{rowStrictTime, rowStrictShare, rowStrictRefused}, run: strictlyLimitedBatch},
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
	got := figures{}
	for _, c := range []struct {
		records, existing int
		row               string
	}{
		{l.records / 4, 0, rowQuarter}, {l.records, 0, rowWhole}, {l.records / 4, l.existing / 2, rowQuarterHalf}, {l.records / 4, l.existing, rowQuarterFull},
	} {
		cpu, calls, err := l.batchBeside(ctx, p, at, c.records, c.existing)
		if err != nil {
			return nil, err
		}
		got[c.row], got[rowFullCalls] = cpu/float64(c.records), float64(calls) // the last one's
	}
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

// slightlyLimitedBatch makes a list that would be a little faster than OCI, far away, lets it be.
func slightlyLimitedBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	took, calls, refused, err := l.limitedBatch(ctx, p, at, &limiter{rate: slightRate, burst: limitedBurst})
	least := time.Duration(calls) * at.roundTrip / concurrency
	return figures{rowSlightTime: took.Seconds(), rowSlightShare: float64(took) / float64(least), rowSlightRefused: refused * 100}, err
}

// strictlyLimitedBatch makes a list that would be far faster, where each refusal costs a second.
func strictlyLimitedBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	took, calls, refused, err := l.limitedBatch(ctx, p, at, &limiter{rate: strictRate, burst: limitedBurst, retryAfter: 1})
	return figures{rowStrictTime: took.Seconds(), rowStrictShare: took.Seconds() * strictRate / float64(calls), rowStrictRefused: refused * 100}, err
}

// limitedBatch makes a list past a limiter. It returns what it took, how many calls were accepted, and the share of refused ones
// after the first second.
func (l *lab) limitedBatch(ctx context.Context, p program, at place, limit *limiter) (took time.Duration, calls int, refused float64, err error) {
	b, err := l.newBed(p, at, limit.fault)
	if err != nil {
		return 0, 0, 0, err
	}
	defer b.close()
	begin := time.Now()
	if _, err := b.invoke(ctx, b.batch(l.records, 1024)); err != nil {
		return 0, 0, 0, err
	}
	took = time.Since(begin)
	calls, refused = limit.counts()
	return took, calls + len(b.oci.Messages()), refused, b.check()
}
