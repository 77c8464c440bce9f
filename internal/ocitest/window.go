package ocitest

import "time"

// window sums what was taken in a time, its length, before now.
type window struct {
	length time.Duration
	taken  []taken // oldest first, with one element for each time
	sum    int
}

type taken struct {
	at     time.Time
	amount int
}

// has reports whether the window has room for an amount. A limit of 0 is none. An
// empty window has room for any amount: else a low limit would keep a message out
// for ever.
func (w *window) has(now time.Time, amount, limit int) bool {
	for len(w.taken) > 0 && now.Sub(w.taken[0].at) >= w.length {
		w.sum -= w.taken[0].amount
		w.taken = w.taken[1:]
	}
	return limit == 0 || w.sum == 0 || w.sum+amount <= limit
}

// take adds an amount if the window has room for it, and reports whether it has.
func (w *window) take(now time.Time, amount, limit int) bool {
	if !w.has(now, amount, limit) {
		return false
	}
	w.sum += amount
	if last := len(w.taken) - 1; last >= 0 && w.taken[last].at.Equal(now) {
		w.taken[last].amount += amount
	} else {
		w.taken = append(w.taken, taken{now, amount})
	}
	return true
}
