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
	"sender-invitations/handler/answers"
)

// looks returns a look for the recipients a, b and so on, and the numbers of pages that its lists have asked for. Each page takes 300 ms
// and has an invitation for each recipient.
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
					yield(reading{}, answers.ErrMorePages)
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

// taken returns the ids that a command for the recipient takes from the look; "itself" if the command must list by itself.
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

// The first command for each recipient takes its invitations from the look. Later commands list by themselves.
func TestLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, asked := looks(6, 2, nil)
		if got := l.taken("x"); got != "itself" || len(*asked) > 0 {
			t.Errorf("for a recipient without a command: %s, %d lists", got, len(*asked))
		}
		l.forget("c") // a command has changed its invitations
		for _, c := range []struct{ recipient, want string }{
			{"a", "a0 a1"}, {"a", "itself"}, {"c", "itself"}, {"d", ""}, {"d", "itself"},
		} {
			if got := l.taken(c.recipient); got != c.want {
				t.Errorf("%s: got %q, want %q", c.recipient, got, c.want)
			}
		}
	})
}

// A look that is of no use gives up, and is not made again: all commands list by themselves.
func TestLookGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		recipients, pages int
		fault             error
		asked             string // numbers of pages
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
					t.Errorf("%s: %s takes from the look", name, recipient)
				}
			}
			if fmt.Sprint(*asked) != c.asked {
				t.Errorf("%s: asked for %v pages, want %s", name, *asked, c.asked)
			}
		})
	}
}

// A look takes no more memory than a delivery can.
func TestLargeLook(t *testing.T) {
	l := &look{concurrency: 1, wanted: map[string]bool{"a": true, "b": true}, list: func(func(int) bool) iter.Seq2[reading, error] {
		return func(yield func(reading, error) bool) {
			long := reading{raw: make([]byte, 1<<20), Invitation: events.Invitation{ID: "1", RecipientTenancyID: "b"}}
			for range 7 {
				if !yield(long, nil) {
					return
				}
			}
			t.Error("the look read all pages")
		}
	}}
	if got := l.taken("a"); got != "itself" || l.found != nil {
		t.Error(got)
	}
}

// A look that is too old is made again for the recipients that are left.
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

// Without a look, a command lists by itself.
func TestNoLook(t *testing.T) {
	var none *look
	if none.forget("a"); none.taken("a") != "itself" {
		t.Error("a nil look has invitations")
	}
}
