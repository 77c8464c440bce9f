package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"sender-invitations/internal/ocitest"
)

// breath is the time between two looks at least: changes come in bursts, and a look holds up what is recorded.
const breath = 50 * time.Millisecond

// Tests shorten these times.
var (
	glance   = 500 * time.Millisecond // between two looks at what time alone changes
	beat     = 15 * time.Second       // between two comments, by which a dead connection is found
	patience = 10 * time.Second       // with a page that does not read
)

// hello begins a stream.
type hello struct {
	Stack    string            `json:"stack"` // of another run: the page forgets its items
	Gateway  string            `json:"gateway"`
	Emulator string            `json:"emulator"`
	BasePath string            `json:"basePath"`
	Prefix   string            `json:"prefix"`
	Tenancy  string            `json:"tenancy"`
	Settings map[string]string `json:"settings"`
}

// item is a new or changed item.
type item struct {
	Part   string `json:"part"`
	ID     string `json:"id"`
	Number int    `json:"number"`
	Item   any    `json:"item"`
}

// stream is the connection of a page.
type stream struct {
	w        http.ResponseWriter
	told     int64 // the time, by the console's clock, until which all is told
	lastSeen world // without its time
	err      error
}

// serveStream tells the page all that is kept, and then what changes, as server-sent events.
func (c *Console) serveStream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	s := &stream{w: w, lastSeen: world{AheadDays: -1}}
	set := c.settings()
	s.send("hello", hello{c.id, c.stack.Gateway, c.stack.Emulator, set["HTTP_BASE_PATH"], set["EVENT_TYPE_PREFIX"], c.tenancy(), set})
	looks, beats := time.NewTicker(glance), time.NewTicker(beat)
	defer looks.Stop()
	defer beats.Stop()
	for s.err == nil {
		changed, rested := c.news(s), time.After(breath)
		select {
		case <-changed:
		case <-looks.C:
		case <-beats.C:
			s.write(": the stack is running\n\n")
		case <-r.Context().Done():
			return
		}
		<-rested
	}
}

func (c *Console) tenancy() string {
	if c.stack.OCI.Tenancy != "" {
		return c.stack.OCI.Tenancy
	}
	return ocitest.DefaultTenancy
}

// news tells what has changed. It returns a channel that the next change closes.
func (c *Console) news(s *stream) (changed <-chan struct{}) {
	c.mu.Lock()
	c.look()
	changed = c.clock.changed
	items := appendItems(nil, "calls", "call", c.calls.since(s.told))
	items = appendItems(items, "invitations", "invitation", c.invitations.since(s.told))
	items = appendItems(items, "messages", "message", c.messages.since(s.told))
	items = appendItems(items, "deliveries", "delivery", c.deliveries.since(s.told)) // last: an answer comes after what the delivery led to
	s.told = c.clock.now
	c.mu.Unlock()
	for _, one := range items {
		s.send("item", one)
	}
	now := c.world()
	if seen := (world{AheadDays: now.AheadDays, Faults: now.Faults, Rotated: now.Rotated}); seen != s.lastSeen {
		s.send("world", now)
		s.lastSeen = seen
	}
	return changed
}

func appendItems[T any](items []item, part, one string, changed []entry[T]) []item {
	for _, e := range changed {
		items = append(items, item{part, fmt.Sprintf("%s-%d", one, e.number), e.number, e.item})
	}
	return items
}

// send sends one event.
func (s *stream) send(event string, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		panic(err) // only values of this package's own types get here
	}
	s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, text))
}

// write writes to the page at once. After an error it does nothing.
func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	connection := http.NewResponseController(s.w)
	if s.err = connection.SetWriteDeadline(time.Now().Add(patience)); s.err != nil {
		return
	}
	if _, s.err = s.w.Write([]byte(text)); s.err == nil {
		s.err = connection.Flush()
	}
}
