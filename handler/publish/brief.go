package publish

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"sort"

	"sender-invitations/events"
	"sender-invitations/events/emit"
	"sender-invitations/events/strict"
)

// maxMessages is the maximum number of messages to topics for the results of a delivery. A topic takes 60 a minute.
const maxMessages = 30

// fit makes the results that go to topics fit in maxMessages. It tells the longest results brief. If that is not enough, it joins the
// records that were too many for the delivery.
func (p *Publisher) fit(shares []share) {
	l := load{publisher: p}
	for index := range shares {
		if shares[index].to.IsTopic() {
			l.shares = append(l.shares, &shares[index])
		}
	}
	if l.results() <= maxMessages { // each is a message at most
		return
	}
	l.tellBrief()
	if l.messages() > maxMessages {
		for _, share := range l.shares {
			share.results = joined(share.results)
		}
		l.tellBrief()
	}
}

// load is the results of a delivery that go to topics.
type load struct {
	publisher *Publisher
	shares    []*share
	sizes     map[*emit.Publication]int // of an event within a JSON string, in bytes
}

func (l *load) results() (count int) {
	for _, share := range l.shares {
		count += len(share.results)
	}
	return count
}

// each yields all results.
func (l *load) each(yield func(*emit.Publication) bool) {
	for _, share := range l.shares {
		for index := range share.results {
			if !yield(&share.results[index]) {
				return
			}
		}
	}
}

// tellBrief tells as many results brief as need be: first results that are no failures, then failures. What was joined stays brief.
func (l *load) tellBrief() {
	l.sizes = map[*emit.Publication]int{}
	for one := range l.each {
		one.Brief = one.Records > 0
		l.sizes[one] = l.publisher.size(*one)
	}
	for _, failed := range []bool{false, true} {
		if l.messages() > maxMessages {
			l.lighten(func(one *emit.Publication) bool { return !one.Brief && (one.Result.Outcome == events.Failed) == failed })
		}
	}
}

// size returns the size that the result's event has at most within a JSON string. It is 0 if the event cannot be encoded; it is not sent
// then.
func (p *Publisher) size(one emit.Publication) int {
	if one.Result.Outcome == events.Failed && len(one.Original) > maxEvent && !one.Brief {
		return maxEvent // the original is cut so that the event just fits
	}
	encoded, err := p.emitter.Emit(one, maxEvent)
	if err != nil {
		return 0
	}
	return strict.QuotedLen(encoded)
}

// lighten tells as many of the results that may be brief as need be, the longest first.
func (l *load) lighten(may func(*emit.Publication) bool) {
	type candidate struct {
		*emit.Publication
		whole, brief int
	}
	var candidates []candidate
	for one := range l.each {
		short := *one
		short.Brief = true
		if c := (candidate{one, l.sizes[one], 0}); may(one) {
			if c.brief = l.publisher.size(short); c.brief < c.whole {
				candidates = append(candidates, c)
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return b.whole - a.whole })
	enough := func(count int) bool {
		for index, c := range candidates {
			c.Brief, l.sizes[c.Publication] = index < count, c.whole
			if c.Brief {
				l.sizes[c.Publication] = c.brief
			}
		}
		return l.messages() <= maxMessages
	}
	enough(sort.Search(len(candidates), enough))
}

// messages returns the number of messages that the results take.
func (l *load) messages() (count int) {
	for _, share := range l.shares {
		var pending packing
		for index := range share.results {
			size := l.sizes[&share.results[index]]
			if !pending.fits(size) {
				pending = packing{}
			}
			if pending.count == 0 {
				count++
			}
			pending.add(size)
		}
	}
	return count
}

// joined puts one failure in the place of those of all records that were too many for the delivery.
func joined(results []emit.Publication) []emit.Publication {
	var kept, surplus []emit.Publication
	for _, one := range results {
		if one.Place > events.MaxRecords && one.Result.Error != nil && one.Result.Error.Status == http.StatusRequestEntityTooLarge {
			surplus = append(surplus, one)
		} else {
			kept = append(kept, one)
		}
	}
	if len(surplus) < 2 {
		return results
	}
	all, originals, keys, count := surplus[0], make([][]byte, len(surplus)), make([]any, len(surplus)), 0
	for index, one := range surplus {
		originals[index], keys[index] = one.Original, one.Key
		count += max(1, one.Records)
	}
	all.Key, all.Original, all.Records, all.Brief = events.Hash(keys...), bytes.Join(originals, []byte(",")), count, true
	all.Result.Error = events.TooMany(fmt.Sprintf("%d records, from record %d on", count, all.Place))
	return append(kept, all)
}
