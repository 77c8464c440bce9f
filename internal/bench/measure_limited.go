package main

import "context"

// The paces past which Organizations refuses calls, far away. CONCURRENCY can make 160 calls in a second at a round trip of
// 50 ms: one pace is a little under that, so that the goal can be reached, but not by chance; the other is far under it, and
// what counts is how near the list comes to what it is allowed.
const (
	limitedBurst = 20
	slightRate   = 140
	strictRate   = 100
)

// slightBatch makes a list that would be a little faster than OCI, far away, lets it be. What is least is the way there and
// back, of messages too.
func slightBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	got, err := l.limitedBatch(ctx, p, at, &limiter{rate: slightRate, burst: limitedBurst})
	least := float64(got.admitted+got.messages) * at.roundTrip.Seconds() / concurrency
	return figures{rowSlightTime: got.seconds, rowSlightShare: got.seconds / least, rowSlightRefused: got.refused}, err
}

// strictBatch makes a list that would be far faster, where each refusal costs a second. What is least is the pace of the
// limiter, which lets a burst pass at once and does not know of messages.
func strictBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	got, err := l.limitedBatch(ctx, p, at, &limiter{rate: strictRate, burst: limitedBurst, retryAfter: 1})
	least := float64(got.admitted-limitedBurst) / strictRate
	return figures{rowStrictTime: got.seconds, rowStrictShare: got.seconds / least, rowStrictRefused: got.refused}, err
}

// limited is what came of a list past a limiter.
type limited struct {
	seconds            float64
	admitted, messages int     // calls to Organizations, and to the topic
	refused            float64 // of the calls to Organizations after the first second, in %
}

// limitedBatch makes a list past a limiter.
func (l *lab) limitedBatch(ctx context.Context, p program, at place, limit *limiter) (limited, error) {
	b, err := l.newBed(p, at, limit.fault)
	if err != nil {
		return limited{}, err
	}
	defer b.close()
	took, err := b.invoke(ctx, b.batch(l.records, 1024))
	if err != nil {
		return limited{}, err
	}
	admitted, refused := limit.counts()
	return limited{took / 1e3, admitted, len(b.oci.Messages()), refused * 100}, b.check()
}
