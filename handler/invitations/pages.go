package invitations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/oci"
)

// page is one page of a list.
type page struct {
	api       string            // the API's name of the list
	items     []json.RawMessage // parts of the answer's body
	next      string            // the token of the next page; "" if there is none
	requestID string
	at        time.Time // by the service's clock
}

// pageOf reads one page of any list.
func (r run) pageOf(ctx context.Context, request Request) (page, error) {
	got, err := r.send(ctx, request)
	if err != nil {
		return page{requestID: got.RequestID()}, err
	}
	items, _ := itemsOf(got.Body) // send has checked it
	at, err := http.ParseTime(got.Header.Get("date"))
	if err != nil {
		at = time.Now()
	}
	return page{request.Operation.API, items, got.Header.Get("opc-next-page"), got.RequestID(), at}, nil
}

var errMorePages = errors.New("the list has more pages")

// pagesFrom yields the pages of a list, from the one that has the token first. Before each it asks wanted, with the page's number from 1; if
// refused it ends with errMorePages. It goes on after an empty page, for that may not be the last one. A list that does not end is an error.
func pagesFrom(first string, wanted func(page int) bool, read func(token string) (page, error)) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		token, known := first, map[string]bool{}
		for number := 1; ; number++ {
			if !wanted(number) {
				yield(page{}, errMorePages)
				return
			}
			got, err := read(token)
			if !yield(got, err) || err != nil {
				return
			}
			token = got.next
			switch {
			case token == "":
				return
			case known[token]:
				yield(page{}, endless(got, "its page token repeats"))
				return
			case number == maxPages:
				yield(page{}, endless(got, fmt.Sprintf("it has more than %d pages", maxPages)))
				return
			}
			known[token] = true
		}
	}
}

// endless returns the error of a list that does not end.
func endless(read page, why string) *events.Error {
	return oci.Doubted(read.api, why).SeenIn(read.requestID)
}
