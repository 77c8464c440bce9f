package console

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/internal/explain"
	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

// The doors, as the page names them.
const (
	direct = "direct"
	gated  = "http"
)

// delivery is a call of the function, as the page gets it.
type delivery struct {
	ID        string            `json:"id"`
	Number    int               `json:"number"`
	At        ocitest.Time      `json:"at"`
	Door      string            `json:"door"`
	Method    string            `json:"method"`
	Path      string            `json:"path"` // with the query, as the caller wrote it
	Headers   map[string]string `json:"headers"`
	body                        // of the request
	RequestID string            `json:"requestId"` // of the calls to OCI that come of it
	Answer    *answer           `json:"answer"`    // nil while it is under way

	Explained   explanation `json:"explained,omitzero"`
	Unexplained string      `json:"unexplained,omitempty"` // why there is no explanation

	route  string // the path behind HTTP_BASE_PATH; "" if it does not begin with that
	callID string
}

// answer is what the caller got.
type answer struct {
	Status  int               `json:"status"` // 0 if there was none
	Headers map[string]string `json:"headers"`
	body
	Milliseconds float64 `json:"ms"`
}

// explanation is made when it is first written.
type explanation func() explain.Explained

// MarshalJSON makes the explanation.
func (e explanation) MarshalJSON() ([]byte, error) { return json.Marshal(e()) }

// Record returns a handler that records what passes through a door, and changes nothing of it. The door is "direct" or "http". It is also
// the door through which the page sends.
func (c *Console) Record(door string, next http.Handler) http.Handler {
	c.doors[door] = next
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.deliver(c.numbered(door), w, r) })
}

// numbered returns a delivery that is about to begin.
func (c *Console) numbered(door string) delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	number := c.deliveries.next()
	return delivery{ID: fmt.Sprint("delivery-", number), Number: number, At: ocitest.Time{Time: time.Now()}, Door: door, callID: rand.Text()}
}

// deliver passes a request through the door. The page sees it when its body is there, and again when it is answered.
func (c *Console) deliver(d delivery, w http.ResponseWriter, r *http.Request) {
	d.Method, d.Path, d.Headers, d.RequestID = r.Method, r.RequestURI, shown(r.Header, everything), d.callID
	if d.Door == gated {
		if route, ok := strings.CutPrefix(r.URL.EscapedPath(), c.stack.Setting("HTTP_BASE_PATH")); ok {
			d.route = route
		}
		d.RequestID = cmp.Or(r.Header.Get("Opc-Request-Id"), d.callID)
	}
	header := r.Header.Clone()
	read := func(e *exchange) {
		d.body = e.request.body()
		if d.Unexplained = d.unexplained(e.whole || r.ContentLength == 0); d.Unexplained == "" {
			d.Explained = c.explanation(events.Delivery{Body: e.request.kept, Header: header, CallID: d.callID, Direct: d.Door == direct})
		}
		c.keep(d)
	}
	pass(c.doors[d.Door], w, r.WithContext(fnhost.WithCallID(r.Context(), d.callID)), read, func(e *exchange) {
		if d.Explained == nil && d.Unexplained == "" { // the door has not read to the end
			read(e)
		}
		d.Answer = &answer{e.status, shown(w.Header(), ofInterest), e.answer.body(), milliseconds(time.Since(e.began))}
		c.keep(d)
	})
}

func (c *Console) keep(d delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deliveries.put(&c.clock, d.Number, d)
}

// unexplained returns why a delivery has no explanation; "" if it has one. whole says that the door has read its body to the end.
func (d delivery) unexplained(whole bool) string {
	switch {
	case d.Cut:
		return fmt.Sprintf("its body is larger than %d KiB, and only the beginning was kept", mostBody>>10)
	case d.Door == direct && d.Method != http.MethodPost:
		return "only a POST is a delivery"
	case d.Door == direct || d.Method == http.MethodPost && strings.TrimPrefix(d.route, command.BasePath) == "/events":
		if !whole {
			return "its body was not read to the end"
		}
		return ""
	case strings.HasPrefix(d.route, command.BasePath+"/"):
		return "HTTP requests to the Organizations API have no rules"
	}
	return "only a POST to /events is a delivery"
}

func (c *Console) explanation(of events.Delivery) explanation {
	return sync.OnceValue(func() explain.Explained { return explain.Delivery(c.stack.Setting, of) })
}

// deliveryOf returns the id of the delivery that a call to OCI with this opc-request-id comes from; "" if there is none.
func (c *Console) deliveryOf(requestID string) string {
	for n := len(c.deliveries.kept) - 1; n >= 0 && requestID != ""; n-- {
		if d := c.deliveries.kept[n].item; d.callID == requestID || d.RequestID == requestID {
			return d.ID
		}
	}
	return ""
}
