package main

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	l := &limiter{rate: 10, burst: 3}
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{
		{0, true}, {0, true}, {0, true}, {0, false}, // the burst
		{50 * time.Millisecond, false}, {100 * time.Millisecond, true}, {100 * time.Millisecond, false}, // one more each 100 ms
		{5 * time.Second, true}, {5 * time.Second, true}, {5 * time.Second, true}, {5 * time.Second, false}, // never more than the burst
	} {
		if got := l.admit(begin.Add(c.after)); got != c.want {
			t.Errorf("after %v: %v", c.after, got)
		}
	}
	if admitted, refused := l.counts(); admitted != 7 || refused != 0.25 {
		t.Errorf("%d admitted, %v refused later", admitted, refused)
	}
}

func TestLimiterIgnoresTopics(t *testing.T) {
	l := &limiter{rate: 1, burst: 1, retryAfter: 1}
	for _, c := range []struct {
		target string
		status int
	}{
		{"/20181201/topics/t/messages", 0}, {"/20230401/senderInvitations", 0}, {"/20230401/senderInvitations", 429}, {"/20181201/topics/t/messages", 0},
	} {
		if got := l.fault(httptest.NewRequest("POST", c.target, nil)); got.Status != c.status || (got.RetryAfter == 1) != (c.status == 429) {
			t.Errorf("%s: %+v", c.target, got)
		}
	}
}
