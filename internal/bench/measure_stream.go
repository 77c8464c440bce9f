package main

import (
	"context"

	"sender-invitations/internal/ocitest"
)

// newStreaming returns an OCI whose streams have partitions with the documented limits.
func newStreaming(partitions int) *ocitest.Server {
	return &ocitest.Server{Partitions: partitions, PartitionBytes: ocitest.DocumentedPartitionBytes,
		PartitionRequests: ocitest.DocumentedPartitionRequests}
}

// streamBatch compares a list into a stream with one into a topic without a limit. The events of a list of 1,000 have 1.3 MB, which is more
// than one partition takes in a second, but not more than two take.
func streamBatch(ctx context.Context, l *lab, p program, at place) (figures, error) {
	var rates []float64
	for _, way := range []struct {
		oci     *ocitest.Server
		results string
	}{
		{&ocitest.Server{}, toTopic}, {newStreaming(1), toStream}, {newStreaming(2), toStream},
	} {
		rate, err := l.batchInto(ctx, p, at, way.oci, way.results)
		if err != nil {
			return nil, err
		}
		rates = append(rates, rate)
	}
	return figures{rowOnePartition: rates[1], rowTwoPartitions: rates[2], rowStreamGain: rates[2] / rates[0]}, nil
}

// batchInto returns the records a second of a list.
func (l *lab) batchInto(ctx context.Context, p program, at place, oci *ocitest.Server, results string) (float64, error) {
	b, err := l.newBedWith(p, at, oci, results)
	if err != nil {
		return 0, err
	}
	defer b.close()
	if _, err := b.calls(ctx, 16); err != nil { // warms up
		return 0, err
	}
	took, err := b.invoke(ctx, b.batch(l.records, 1024))
	if err != nil {
		return 0, err
	}
	return float64(l.records) / took * 1e3, b.check()
}
