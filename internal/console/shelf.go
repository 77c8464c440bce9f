package console

import "slices"

// most is the number of items that are kept of each part.
const most = 200

// clock counts the changes of all shelves, and tells those who wait for one.
type clock struct {
	now     int64
	changed chan struct{} // closed by the next change
}

func (c *clock) tick() int64 {
	c.now++
	close(c.changed)
	c.changed = make(chan struct{})
	return c.now
}

// shelf keeps the newest items of one part of the page. An item is replaced and never changed, so that it can be read without a lock.
type shelf[T any] struct {
	last int // the number of the last item
	kept []entry[T]
}

type entry[T any] struct {
	number  int
	changed int64 // when, by the clock
	item    T
}

// next returns the number of the next item.
func (s *shelf[T]) next() int {
	s.last++
	return s.last
}

// put adds or replaces the item with this number. It drops the oldest item if there are too many.
func (s *shelf[T]) put(c *clock, number int, item T) {
	place, found := s.find(number)
	switch {
	case found:
		s.kept[place] = entry[T]{number, c.tick(), item}
	case place > 0 || len(s.kept) < most: // else it is older than all that are kept
		s.kept = slices.Insert(s.kept, place, entry[T]{number, c.tick(), item})
		s.kept = slices.Delete(s.kept, 0, max(0, len(s.kept)-most))
	}
}

// get returns the item with this number, if it is kept.
func (s *shelf[T]) get(number int) (item T, ok bool) {
	place, ok := s.find(number)
	if ok {
		item = s.kept[place].item
	}
	return item, ok
}

func (s *shelf[T]) find(number int) (place int, ok bool) {
	return slices.BinarySearchFunc(s.kept, number, func(e entry[T], number int) int { return e.number - number })
}

// since returns what has changed after this time, oldest first.
func (s *shelf[T]) since(time int64) (changed []entry[T]) {
	for _, e := range s.kept {
		if e.changed > time {
			changed = append(changed, e)
		}
	}
	return changed
}
