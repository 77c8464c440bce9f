package oci

import (
	"net/http"
	"testing"
)

// FuzzRetryAfter asserts that a wait is never negative, and never shorter than the seconds of retry-after.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "5", "-5", "99999999999999999999", "-99999999999999999999", "2147483647", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "5.5", "+5", " 5"} {
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, text string, made int) {
		if made < 1 {
			return
		}
		wait, asked := waitBefore(made, text), parseRetryAfter(text)
		if wait < 0 || asked < 0 && wait > mostWait {
			t.Errorf("%q after %d attempts: waits %v", text, made, wait)
		}
		if _, err := http.ParseTime(text); err != nil && wait < asked {
			t.Errorf("%q: waits %v, want at least %v", text, wait, asked)
		}
	})
}
