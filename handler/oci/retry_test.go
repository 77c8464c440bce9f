package oci

import (
	"net/http"
	"testing"
	"time"
)

// A wait is a random share of a maximum that doubles up to a limit. It is never shorter than OCI asks for.
func TestWaitBefore(t *testing.T) {
	for _, c := range []struct {
		made        int
		retryAfter  string
		least, most time.Duration
	}{
		{1, "", 0, firstWait},
		{2, "", 0, 2 * firstWait},
		{4, "soon", 0, 8 * firstWait},
		{5, "-3", 0, 16 * firstWait},
		{19, "", 0, mostWait},
		{1, "7", 7 * time.Second, 7 * time.Second},
		{1, "2147483647", 1<<31*time.Second - time.Second, 1<<31*time.Second - time.Second},
		{1, "99999999999999999999", 1<<31*time.Second - time.Second, 1<<31*time.Second - time.Second},
		{1, time.Now().Add(time.Minute).UTC().Format(http.TimeFormat), 58 * time.Second, time.Minute},
		{1, time.Now().Add(-time.Minute).UTC().Format(http.TimeFormat), 0, firstWait},
	} {
		seen := map[time.Duration]bool{}
		for range 50 {
			wait := waitBefore(c.made, c.retryAfter)
			if wait < c.least || wait > c.most {
				t.Errorf("after %d attempts and retry-after %q: waits %s, want %s to %s", c.made, c.retryAfter, wait, c.least, c.most)
			}
			seen[wait] = true
		}
		if c.least == 0 && len(seen) < 25 {
			t.Errorf("after %d attempts: only %d different waits", c.made, len(seen))
		}
	}
}
