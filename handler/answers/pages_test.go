package answers

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	anyPage := func(int) bool { return true }
	for _, c := range []struct {
		name   string
		next   func(token string) string
		wanted func(int) bool
		pages  int
		fault  string // "" if there is none
	}{
		{"one page", func(string) string { return "" }, anyPage, 1, ""},
		{"as many as may be", func(token string) string { return more(token, MaxPages) }, anyPage, MaxPages, ""},
		{"too many", func(token string) string { return more(token, MaxPages+1) }, anyPage, MaxPages, "it has more than 1000 pages"},
		{"more than are wanted", func(token string) string { return more(token, 5) }, func(number int) bool { return number <= 3 }, 3, ErrMorePages.Error()},
		{"too many, and no more are wanted", func(token string) string { return more(token, MaxPages+1) }, func(number int) bool { return number <= MaxPages }, MaxPages, ErrMorePages.Error()},
		{"a token that repeats", func(string) string { return "again" }, anyPage, 2, "its page token repeats"},
	} {
		pages, fault := 0, error(nil)
		for _, err := range Pages("", c.wanted, func(token string) (Page, error) { return Page{API: "List", Next: c.next(token)}, nil }) {
			if fault = err; err == nil {
				pages++
			}
		}
		if pages != c.pages || (fault == nil) != (c.fault == "") || fault != nil && !strings.Contains(fault.Error(), c.fault) {
			t.Errorf("%s: %d pages, %v", c.name, pages, fault)
		}
	}
	refused := errors.New("refused")
	for _, err := range Pages("", anyPage, func(string) (Page, error) { return Page{}, refused }) {
		if err != refused {
			t.Error(err)
		}
	}
}

// more returns the token of the page after the one with the token; "" after the last of so many.
func more(token string, pages int) string {
	number := 1
	fmt.Sscan(token, &number)
	if number == pages {
		return ""
	}
	return fmt.Sprint(number + 1)
}
