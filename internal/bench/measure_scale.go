package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"sender-invitations/internal/ocitest"
)

// processCounts are the numbers of processes that share the events. A process has one event at a time, as on the platform.
var processCounts = []int{1, 2, 4, 8}

// topicTimes is how many times as long as through a stream the events go through a topic, which takes one a second.
const topicTimes = 10

// scaleMeasures returns the measures of events through several processes, and of a list into a stream. The peers know no streams, and do not
// wait for a topic.
func scaleMeasures() []measure {
	of := func(p program) bool { return p.name == byEvent }
	return []measure{
		{name: "topic scale", rounds: 1, of: of, place: far, rows: append(scaleRows(rowTopicRate), scaleRows(rowTopicRefused)...), run: topicScale},
		{name: "stream scale", rounds: batchRounds, of: of, place: far, rows: append(scaleRows(rowStreamRate), rowStreamGrowth), run: streamScale},
		{name: "stream batch", rounds: batchRounds, of: of, rows: streamBatchRows, run: streamBatch},
	}
}

// scaleRows returns the names of the rows for each number of processes.
func scaleRows(name string) (rows []string) {
	for _, processes := range processCounts {
		rows = append(rows, scaleRow(name, processes))
	}
	return rows
}

func scaleRow(name string, processes int) string {
	return fmt.Sprintf("%s, processes: %d", name, processes)
}

// topicScale measures the events that go through a topic at its limit. The numbers of processes are measured side by side, each with its
// own OCI, because they hardly use the CPUs.
func topicScale(ctx context.Context, l *lab, p program, at place) (figures, error) {
	rates, faults := make([]scaled, len(processCounts)), make([]error, len(processCounts))
	var all sync.WaitGroup
	for index, processes := range processCounts {
		all.Go(func() { rates[index], faults[index] = l.throughTopic(ctx, p, at, processes) })
	}
	all.Wait()
	got := figures{}
	for index, processes := range processCounts {
		got[scaleRow(rowTopicRate, processes)] = rates[index].published
		got[scaleRow(rowTopicRefused, processes)] = rates[index].refused
	}
	return got, errors.Join(faults...)
}

// streamScale measures the events that go through a stream of one partition, for one number of processes after the other.
func streamScale(ctx context.Context, l *lab, p program, at place) (figures, error) {
	got := figures{}
	for _, processes := range processCounts {
		rate, err := l.throughStream(ctx, p, at, processes)
		if err != nil {
			return nil, err
		}
		got[scaleRow(rowStreamRate, processes)] = rate.published
	}
	fewest, most := processCounts[0], processCounts[len(processCounts)-1]
	got[rowStreamGrowth] = got[scaleRow(rowStreamRate, most)] / got[scaleRow(rowStreamRate, fewest)]
	return got, nil
}

// throughTopic makes calls with a topic whose burst is over. At the end the clock of OCI skips a minute, so that the events that still wait
// are published.
func (l *lab) throughTopic(ctx context.Context, p program, at place, processes int) (scaled, error) {
	var c clock
	oci := &ocitest.Server{Now: c.now, TopicMessages: ocitest.DocumentedTopicMessages}
	b, err := l.newBedOf(ctx, p, at, processes, oci, toTopic)
	if err != nil {
		return scaled{}, err
	}
	defer b.close()
	if err := fillTopic(oci, &c); err != nil {
		return scaled{}, err
	}
	return b.together(ctx, processes, topicTimes*l.scale, func() { c.skip(time.Minute) })
}

func (l *lab) throughStream(ctx context.Context, p program, at place, processes int) (scaled, error) {
	b, err := l.newBedOf(ctx, p, at, processes, newStreaming(1), toStream)
	if err != nil {
		return scaled{}, err
	}
	defer b.close()
	return b.together(ctx, processes, l.scale, func() {})
}

// newBedOf returns a bed with processes that have made a call, which opens their connections.
func (l *lab) newBedOf(ctx context.Context, p program, at place, processes int, oci *ocitest.Server, results string) (*bed, error) {
	b, err := l.newBedWith(p, at, oci, results)
	if err != nil {
		return nil, err
	}
	b.host.MaxProcesses = processes
	for b.host.Processes() < processes { // again if a process has taken two calls
		if _, err := many(processes, 0, func() error { return b.callOnce(ctx) }); err != nil {
			return nil, errors.Join(err, b.close())
		}
	}
	return b, nil
}

func (b *bed) callOnce(ctx context.Context) error {
	_, err := b.call(ctx)
	return err
}

// scaled is what happens in a second: events that are published, and calls that OCI refuses.
type scaled struct{ published, refused float64 }

// together makes calls to all processes, one at a time to each, and returns what has happened when the time is over. Then end lets the calls
// finish that have not.
func (b *bed) together(ctx context.Context, processes int, limit time.Duration, end func()) (scaled, error) {
	published, refused := b.published(), b.refused()
	finished := make(chan error)
	go func() {
		_, err := many(processes, limit, func() error { return b.callOnce(ctx) })
		finished <- err
	}()
	select {
	case <-time.After(limit):
	case <-ctx.Done():
	}
	got := scaled{float64(b.published()-published) / limit.Seconds(), float64(b.refused()-refused) / limit.Seconds()}
	end()
	return got, errors.Join(<-finished, b.check())
}

// refused returns the number of calls that OCI has refused because there were too many.
func (b *bed) refused() (count int) {
	for _, call := range b.oci.Calls() {
		if call.Status == http.StatusTooManyRequests {
			count++
		}
	}
	return count
}
