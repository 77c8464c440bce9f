package trace

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openzipkin/zipkin-go/model"
)

// collector answers each post of spans in the time that it takes, and keeps the spans.
type collector struct {
	takes time.Duration
	posts [][]model.SpanModel
}

// RoundTrip stands for the network, which a bubble of synctest cannot have.
func (c *collector) RoundTrip(r *http.Request) (*http.Response, error) {
	var spans []model.SpanModel
	if err := json.NewDecoder(r.Body).Decode(&spans); err != nil {
		return nil, err
	}
	select {
	case <-time.After(c.takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	c.posts = append(c.posts, spans)
	w := httptest.NewRecorder()
	w.WriteHeader(http.StatusAccepted)
	return w.Result(), nil
}

// TestManyCalls checks that all spans go in one post. If there are too many of calls, only the first are sent, with the number of the
// others. The post has half a second.
func TestManyCalls(t *testing.T) {
	for takes, want := range map[time.Duration]bool{0: true, maxFlush - 1: true, maxFlush + 1: false} {
		synctest.Test(t, func(t *testing.T) { // the time that this machine takes for the spans does not count
			c := &collector{takes: takes}
			traced, err := Start(With(t.Context(), Context{CollectorURL: "http://127.0.0.1/", Sampled: true}), "direct", "c")
			if err != nil {
				t.Fatal(err)
			}
			for range maxSpans + 2 {
				traced.Call("organizations", "CreateSenderInvitation", http.MethodPost)(http.StatusOK, "", "")
			}
			if err := traced.End(t.Context(), &http.Client{Transport: c}, 0, ""); (err == nil) != want || (len(c.posts) == 1) != want {
				t.Fatalf("%d posts, %v", len(c.posts), err)
			}
			if !want {
				return
			}
			spans := c.posts[0]
			if last := spans[len(spans)-1]; len(spans) != maxSpans+1 || last.Kind != model.Server || last.Tags["spansLeftOut"] != "2" {
				t.Errorf("%d spans, the last %+v", len(spans), last)
			}
		})
	}
}

// TestCollectorThatHangs checks that the end of an invocation waits for the collector half a second, and not past its deadline.
func TestCollectorThatHangs(t *testing.T) {
	for left, want := range map[time.Duration]time.Duration{time.Minute: maxFlush, 300 * time.Millisecond: 300 * time.Millisecond, -time.Second: 0} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), left)
			defer cancel()
			traced, err := Start(With(ctx, Context{CollectorURL: "http://127.0.0.1/", Sampled: true}), "direct", "c")
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			err = traced.End(ctx, &http.Client{Transport: &collector{takes: time.Hour}}, 0, "")
			if waited := time.Since(began); err == nil || waited != want {
				t.Errorf("%v after %s, want %s", err, waited, want)
			}
		})
	}
}
