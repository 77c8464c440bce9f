package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sender-invitations/internal/ocitest"
)

// call is one call to OCI with its attempts, as the page gets it.
type call struct {
	ID             string            `json:"id"`
	Number         int               `json:"number"`
	At             ocitest.Time      `json:"at"`
	Method         string            `json:"method"`
	Path           string            `json:"path"`
	Query          string            `json:"query,omitempty"`
	Operation      string            `json:"operation,omitempty"`
	RequestID      string            `json:"requestId,omitempty"`
	Delivery       string            `json:"delivery,omitempty"` // that it comes from
	RequestHeaders map[string]string `json:"requestHeaders"`
	RequestBody    string            `json:"requestBody"`
	RequestCut     bool              `json:"requestCut,omitempty"` // only the beginning was kept
	Attempts       []attempt         `json:"attempts"`
	Status         int               `json:"status"` // of the last attempt; 0 if it was cut
	Milliseconds   float64           `json:"ms"`     // from the beginning of the first attempt to the end of the last
	AnswerHeaders  map[string]string `json:"answerHeaders"`
	AnswerBody     string            `json:"answerBody"` // of the last attempt
	AnswerCut      bool              `json:"answerCut,omitempty"`
	Done           bool              `json:"done"` // no attempt is under way

	began time.Time
}

type attempt struct {
	At           ocitest.Time `json:"at"`
	Status       int          `json:"status"` // 0 while it is under way, or if it was cut
	Milliseconds float64      `json:"ms"`
	Cut          bool         `json:"cut"` // it had no answer
}

// mostAttempts bounds the attempts of a call. The function makes fewer.
const mostAttempts = 50

// serveOCI passes a request on to OCI. It records calls of the APIs, but not the pages for people.
func (c *Console) serveOCI(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/20") {
		c.stack.OCI.ServeHTTP(w, r)
		return
	}
	number, place := c.attempted(r)
	pass(c.stack.OCI, w, r, func(*exchange) {}, func(e *exchange) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if made, ok := c.calls.get(number); ok {
			c.calls.put(&c.clock, number, made.ended(place, e, w.Header()))
		}
	})
}

// attempted records that an attempt begins: of a call that has failed before, or of a new one. It returns the call's number and the place
// of the attempt.
func (c *Console) attempted(r *http.Request) (number, place int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	this := call{
		At: ocitest.Time{Time: now}, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Operation: ocitest.Operation(r.Method, r.URL.EscapedPath()), RequestID: r.Header.Get("opc-request-id"),
		RequestHeaders: shown(r.Header, ofInterest), began: now,
	}
	for _, e := range slices.Backward(c.calls.kept) {
		if e.item.isRepeated(this) {
			this = e.item
			break
		}
	}
	if this.Number == 0 {
		this.Number = c.calls.next()
		this.ID, this.Delivery = fmt.Sprint("call-", this.Number), c.deliveryOf(this.RequestID)
	}
	this.Attempts = append(slices.Clip(this.Attempts), attempt{At: ocitest.Time{Time: now}})
	this.Status, this.Done = 0, false
	c.calls.put(&c.clock, this.Number, this)
	return this.Number, len(this.Attempts) - 1
}

// isRepeated reports whether a request is the next attempt of this call, whose last one has failed. Records of one delivery can make calls
// that differ only in the body, of which the request has a hash.
func (c call) isRepeated(next call) bool {
	for _, name := range []string{"X-Content-Sha256", "Opc-Retry-Token"} {
		if c.RequestHeaders[name] != next.RequestHeaders[name] {
			return false
		}
	}
	return next.RequestID != "" && c.RequestID == next.RequestID && c.Method == next.Method && c.Path == next.Path && c.Query == next.Query &&
		c.Done && c.hasFailed() && len(c.Attempts) < mostAttempts
}

func (c call) hasFailed() bool {
	return c.Status == 0 || c.Status >= 500 ||
		slices.Contains([]int{http.StatusUnauthorized, http.StatusConflict, http.StatusTooManyRequests}, c.Status)
}

// ended returns the call after an attempt.
func (c call) ended(place int, e *exchange, header http.Header) call {
	request, answer := e.request.body(), e.answer.body()
	c.RequestBody, c.RequestCut = request.text(), request.Cut
	c.AnswerBody, c.AnswerCut = answer.text(), answer.Cut
	c.AnswerHeaders = shown(header, ofInterest)
	c.Attempts = slices.Clone(c.Attempts)
	this := &c.Attempts[place]
	this.Status, this.Cut, this.Milliseconds = e.status, e.cut, milliseconds(time.Since(e.began))
	c.Status, c.Done, c.Milliseconds = e.status, true, milliseconds(time.Since(c.began))
	return c
}
