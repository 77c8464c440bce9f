package oci

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A budget keeps a quarter of the time for publishing, at most a second, and a quarter of that for the answer. An invocation whose deadline
// has passed still has time for one attempt.
func TestBudget(t *testing.T) {
	for name, c := range map[string]struct{ left, work, publish time.Duration }{
		"usual":       {60 * time.Second, 59 * time.Second, 59750 * time.Millisecond},
		"short":       {2 * time.Second, 1500 * time.Millisecond, 1875 * time.Millisecond},
		"passed":      {-time.Second, 450 * time.Millisecond, 562500 * time.Microsecond},
		"no deadline": {0, 29 * time.Second, 29750 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if c.left != 0 {
				ctx, cancel = context.WithTimeout(ctx, c.left)
			}
			defer cancel()
			b := NewBudget(ctx)
			if work, publish := time.Until(b.Work), time.Until(b.Publish); work != c.work || publish != c.publish {
				t.Errorf("%s: %v and %v", name, work, publish)
			}
			work, publish, end := b.Contexts(ctx)
			defer end()
			cancel()
			if work.Err() != nil || publish.Err() != nil {
				t.Errorf("%s: a caller that goes away ends the work", name)
			}
			if !HasTime(work, 0) || HasTime(work, c.work-leastTime) {
				t.Errorf("%s: time for an attempt: %v, after a wait: %v", name, HasTime(work, 0), HasTime(work, c.work-leastTime))
			}
		})
	}
}

// A retry makes as many attempts as it may, waits only if time is left after the wait, and says at once if none is.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		started, retry := time.Now(), Retry{Most: 3}
		if !retry.Wait(ctx, "7") || !retry.Again() || retry.Again() || retry.Wait(ctx, "") || retry.Attempt() != 3 {
			t.Errorf("%d attempts", retry.Attempt())
		}
		if took := time.Since(started); took != 7*time.Second || retry.Waited > 7*time.Second {
			t.Errorf("%v", took)
		}
		if late := (&Retry{Most: 3}); late.Wait(ctx, "53") || late.Attempt() != 1 || time.Since(started) != 7*time.Second {
			t.Errorf("it waits for what there is no time for")
		}
		if once := (&Retry{Most: 1}); once.Wait(ctx, "") || once.Again() {
			t.Error("one attempt is repeated")
		}
	})
}
