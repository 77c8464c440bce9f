package console

import (
	"testing"
	"time"
)

// SetPatience sets how long the stream waits for a page that does not read, until the end of the test.
func SetPatience(t *testing.T, d time.Duration) { set(t, &patience, d) }

// SetBeat sets the time between two comments in a stream, until the end of the test.
func SetBeat(t *testing.T, d time.Duration) { set(t, &beat, d) }

func set(t *testing.T, v *time.Duration, d time.Duration) {
	before := *v
	*v = d
	t.Cleanup(func() { *v = before })
}
