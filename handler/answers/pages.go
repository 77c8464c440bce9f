package answers

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/oci"
)

// Page is one page of a list.
type Page struct {
	// API is the API's name of the list.
	API string
	// Items are the entries, as parts of the answer's body.
	Items []json.RawMessage
	// Next is the token of the next page; "" if there is none.
	Next string
	// RequestID is Oracle's id of the request.
	RequestID string
	// Time is that of the service's clock.
	Time time.Time
}

// PageOf returns the page in an answer that has been checked. If the answer does not tell the time, the page has that of this machine.
func PageOf(api string, got oci.Answer) Page {
	items, _ := Items(got.Body)
	at, err := http.ParseTime(got.Header.Get("date"))
	if err != nil {
		at = time.Now()
	}
	return Page{api, items, got.Header.Get("opc-next-page"), got.RequestID(), at}
}

// ErrMorePages ends a list whose next page is not wanted.
var ErrMorePages = errors.New("the list has more pages")

// Pages yields the pages of a list, from the one that has the token first. Before each it asks wanted, with the page's number from 1; if
// refused it ends with [ErrMorePages]. It goes on after an empty page, for that may not be the last one. A list that does not end is an error.
func Pages(first string, wanted func(page int) bool, read func(token string) (Page, error)) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		token, known := first, map[string]bool{}
		got, err := Page{}, error(nil)
		for number := 1; ; number++ {
			switch {
			case !wanted(number):
				yield(Page{}, ErrMorePages)
				return
			case number > MaxPages:
				yield(Page{}, endless(got, fmt.Sprintf("it has more than %d pages", MaxPages)))
				return
			}
			got, err = read(token)
			if !yield(got, err) || err != nil || got.Next == "" {
				return
			}
			if token = got.Next; known[token] {
				yield(Page{}, endless(got, "its page token repeats"))
				return
			}
			known[token] = true
		}
	}
}

// endless returns the error of a list that does not end.
func endless(read Page, why string) *events.Error {
	return oci.Doubted(read.API, why).SeenIn(read.RequestID)
}
