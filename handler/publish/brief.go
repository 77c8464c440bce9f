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

// maxMessages is the maximum number of messages that the results of a delivery take, to topics. A topic takes 60 a minute.
const maxMessages = 30

// fit makes the results that go to topics fit in maxMessages. It tells the longest results brief. If that is not enough, it joins the
// records that were too many for the delivery.
func (p *Publisher) fit(shares []share) {
	var l load
	for index := range shares {
		if shares[index].to.IsTopic() {
			l.shares = append(l.shares, &shares[index])
		}
	}
	if l.results() <= maxMessages { // each is a message at most
		return
	}
	l.tellBrief(p)
	if l.messages() > maxMessages {
		for _, share := range l.shares {
			share.results = joined(share.results)
		}
		l.tellBrief(p)
	}
}

// load is what topics have to take.
type load struct {
	shares []*share
	sizes  map[*emit.Publication]sizes
}

// sizes are the sizes in bytes of an event within a JSON string.
type sizes struct{ whole, brief int }

func (l *load) results() (count int) {
	for _, share := range l.shares {
		count += len(share.results)
	}
	return count
}

// tellBrief tells as many results brief as need be, first those with an invitation, then failures.
func (l *load) tellBrief(p *Publisher) {
	l.measure(p)
	l.lighten(func(one emit.Publication) bool { return one.Result.Outcome != events.Failed })
	l.lighten(func(one emit.Publication) bool { return one.Result.Outcome == events.Failed && one.Records == 0 })
}

// measure finds the sizes of all results.
func (l *load) measure(p *Publisher) {
	l.sizes = map[*emit.Publication]sizes{}
	for one := range l.each {
		whole, short := *one, *one
		whole.Brief, short.Brief = false, true
		size := sizes{whole: maxEvent, brief: p.size(short)}
		if len(one.Original) <= maxEvent { // a longer one is cut so that it just fits
			size.whole = p.size(whole)
		}
		l.sizes[one] = size
	}
}

// size returns the size of an event; 0 if it cannot be encoded, and is not sent.
func (p *Publisher) size(one emit.Publication) int {
	encoded, err := p.emitter.Emit(one, maxEvent)
	if err != nil {
		return 0
	}
	return strict.QuotedLen(encoded)
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

// lighten tells as many of the results brief as need be, the longest first.
func (l *load) lighten(may func(emit.Publication) bool) {
	var candidates []*emit.Publication
	for one := range l.each {
		if may(*one) && l.sizes[one].brief < l.sizes[one].whole {
			candidates = append(candidates, one)
		}
	}
	slices.SortStableFunc(candidates, func(a, b *emit.Publication) int { return l.sizes[b].whole - l.sizes[a].whole })
	enough := func(count int) bool {
		for index, one := range candidates {
			one.Brief = index < count
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
			one := &share.results[index]
			size := l.sizes[one].whole
			if one.Brief {
				size = l.sizes[one].brief
			}
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

// joined joins the records that were too many for the delivery to one failure.
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
	all, originals, keys := surplus[0], make([][]byte, len(surplus)), make([]any, len(surplus))
	for index, one := range surplus {
		originals[index], keys[index] = one.Original, one.Key
	}
	all.Key, all.Original, all.Records, all.Brief = events.Hash(keys...), bytes.Join(originals, []byte(",")), len(surplus), true
	all.Result.Error = events.TooMany(fmt.Sprintf("%d records, from record %d on", len(surplus), all.Place))
	return append(kept, all)
}
