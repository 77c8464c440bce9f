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
// records that were too many for the delivery. all are the results of the delivery, with repeats.
func (p *Publisher) fit(shares []share, all []emit.Publication) {
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
			share.join(all)
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
			l.lighten(func(one *emit.Publication) bool {
				return !one.Brief && one.Result.Outcome != events.Held && one.IsFailure() == failed
			})
		}
	}
}

// size returns the size of the result's event within a JSON string. It is 0 if the event cannot be encoded; it is not sent
// then.
func (p *Publisher) size(one emit.Publication) int {
	if one.IsFailure() && len(one.Original) > maxEvent && !one.Brief {
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

// join puts one failure in the place of those of all records that were too many for the delivery, if they go here. It describes all of them,
// with repeats.
func (s *share) join(all []emit.Publication) {
	first := slices.IndexFunc(s.results, isSurplus)
	if first < 0 {
		return
	}
	joined, originals, keys := s.results[first], [][]byte{}, []any{}
	for _, one := range all {
		if !isSurplus(one) {
			continue
		}
		keys = append(keys, one.Key)
		if one.Records == 0 {
			originals = append(originals, one.Original)
			continue
		}
		for e := strict.ElementsOf(one.Original); e.Next(); { // the rest of the list
			originals = append(originals, e.Element)
		}
	}
	joined.Key, joined.Original, joined.Records, joined.Brief = events.Hash(keys...), bytes.Join(originals, []byte(",")), len(originals), true
	joined.Result.Error = events.TooMany(fmt.Sprintf("%d records, from record %d on", len(originals), joined.Place))
	s.results = append(slices.DeleteFunc(s.results, isSurplus), joined)
}

// isSurplus reports whether the result is that of a record that was too many for the delivery.
func isSurplus(one emit.Publication) bool {
	fault := one.Result.Error
	return one.Place > events.MaxRecords && fault != nil && fault.Status == http.StatusRequestEntityTooLarge
}
