package invitations

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sender-invitations/events"
)

// looks is a look for recipients a, b and so on, where every page has an invitation for each, and takes 300 ms; pages are
// how many there are, and how many each look has asked for is noted.
func looks(recipients, pages int, fault error) (l *look, asked *[]int) {
	asked = &[]int{}
	l = &look{concurrency: 2, wanted: map[string]bool{}}
	for index := range recipients {
		l.wanted[string(rune('a'+index))] = true
	}
	l.list = func(wanted func(int) bool) iter.Seq2[reading, error] {
		*asked = append(*asked, 0)
		return func(yield func(reading, error) bool) {
			for page := range pages {
				if !wanted(page + 1) {
					yield(reading{}, errMorePages)
					return
				}
				(*asked)[len(*asked)-1]++
				time.Sleep(300 * time.Millisecond)
				for _, recipient := range []string{"a", "b", "c", "x"} {
					one := reading{raw: []byte("{}"), Invitation: events.Invitation{ID: fmt.Sprint(recipient, page), RecipientTenancyID: recipient}}
					if !yield(one, nil) {
						return
					}
				}
			}
			if fault != nil {
				yield(reading{}, fault)
			}
		}
	}
	return l, asked
}

// taken tells what a recipient's first command finds: ids, or "itself" if it has to look for itself.
func (l *look) taken(recipient string) string {
	found, ok := l.take(recipient)
	if !ok {
		return "itself"
	}
	var ids []string
	for _, one := range found {
		ids = append(ids, one.ID)
	}
	return strings.Join(ids, " ")
}

// All recipients' first commands go by one look, and keep of it what is for them alone; what comes after looks for itself.
func TestLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, asked := looks(6, 2, nil)
		if got := l.taken("x"); got != "itself" || len(*asked) > 0 {
			t.Errorf("for one that nobody asks for: %s, %d looks", got, len(*asked))
		}
		l.forget("c") // something was done for it
		for _, c := range []struct{ recipient, want string }{
			{"a", "a0 a1"}, {"a", "itself"}, {"c", "itself"}, {"d", ""}, {"d", "itself"},
		} {
			if got := l.taken(c.recipient); got != c.want {
				t.Errorf("%s: %q", c.recipient, got)
			}
		}
	})
}

// A look gives up where it is no use, and then all look for themselves: it is made once.
func TestLookGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		recipients, pages int
		fault             error
		asked             string // pages
	}{
		"one recipient":               {1, 1, nil, "[]"},
		"more pages than recipients":  {3, 4, nil, "[3]"},
		"it takes longer":             {10, 6, nil, "[5]"},
		"it takes longer, and a look": {8, 5, nil, "[4]"},
		"the look fails":              {4, 1, errors.New("503"), "[1]"},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, asked := looks(c.recipients, c.pages, c.fault)
			for index := range c.recipients {
				if recipient := string(rune('a' + index)); l.taken(recipient) != "itself" {
					t.Errorf("%s: %s need not look", name, recipient)
				}
			}
			if fmt.Sprint(*asked) != c.asked {
				t.Errorf("%s: looked at %v pages", name, *asked)
			}
		})
	}
}

// What is found fills no more memory than a delivery can.
func TestLookOfMuch(t *testing.T) {
	l := &look{concurrency: 1, wanted: map[string]bool{"a": true, "b": true}, list: func(func(int) bool) iter.Seq2[reading, error] {
		return func(yield func(reading, error) bool) {
			long := reading{raw: make([]byte, 1<<20), Invitation: events.Invitation{ID: "1", RecipientTenancyID: "b"}}
			for range 7 {
				if !yield(long, nil) {
					return
				}
			}
			t.Error("it is all kept")
		}
	}}
	if got := l.taken("a"); got != "itself" || l.found != nil {
		t.Error(got)
	}
}

// After some time it is made anew, for those who have not asked yet.
func TestLookAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, asked := looks(8, 1, nil)
		got := l.taken("a")
		time.Sleep(time.Until(l.begun.Add(freshFor)))
		got += ", " + l.taken("b")
		time.Sleep(time.Millisecond)
		if got += ", " + l.taken("c"); got != "a0, b0, c0" || fmt.Sprint(*asked) != "[1 1]" {
			t.Error(got, *asked)
		}
	})
}

// A record by itself has no look.
func TestNoLook(t *testing.T) {
	var none *look
	if none.forget("a"); none.taken("a") != "itself" {
		t.Error("there is one")
	}
}
