package main

import (
	"context"

	"sender-invitations/internal/ocitest"
)

// Rates in calls per second above which Organizations refuses calls. At a round trip of 50 ms, CONCURRENCY allows 160 calls
// per second. slightRate is a little less, so that the goal can be reached, but not by chance. strictRate is far less; the
// figure shows how close a list comes to it.
const (
	limitedBurst = 20
	slightRate   = 140
	strictRate   = 100
)

// slightBatch sends a list that would be a little faster than OCI allows. The least possible time is the round trips of all
// calls, including messages.
func slightBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	got, err := l.limitedBatch(ctx, p, at, &limiter{rate: slightRate, burst: limitedBurst})
	least := float64(got.admitted+got.messages) * at.roundTrip.Seconds() / concurrency
	return figures{rowSlightTime: got.seconds, rowSlightShare: got.seconds / least, rowSlightRefused: got.refused}, err
}

// strictBatch sends a list that would be far faster than OCI allows; each refusal costs a second. The least possible time is
// given by the limiter, which admits a burst at once and does not count messages.
func strictBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	got, err := l.limitedBatch(ctx, p, at, &limiter{rate: strictRate, burst: limitedBurst, retryAfter: 1})
	least := float64(got.admitted-limitedBurst) / strictRate
	return figures{rowStrictTime: got.seconds, rowStrictShare: got.seconds / least, rowStrictRefused: got.refused}, err
}

// limited is the result of limitedBatch.
type limited struct {
	seconds            float64
	admitted, messages int     // calls to Organizations, and to the topic
	refused            float64 // of the calls to Organizations after the first second, in %
}

// limitedBatch sends a list while a limiter refuses calls.
func (l *lab) limitedBatch(ctx context.Context, p program, at place, limit *limiter) (limited, error) {
	b, err := l.newBedWith(p, at, &ocitest.Server{Fault: limit.fault}, toTopic)
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
