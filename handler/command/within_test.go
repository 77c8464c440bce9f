package command

import (
	"strings"
	"testing"
	"time"
)

func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for within, want := range map[string]string{
		"": "2026-10-27T12:00:00Z", "P31D": "2026-10-27T12:00:00Z", "PT12H": "2026-11-27T00:00:00Z", "P1Y2M1W1DT1H1M1S": "2025-09-19T10:58:59Z",
		"P2W": "2026-11-13T12:00:00Z", "P0D": "2026-11-27T12:00:00Z", "P9999Y": "-7973-11-27T12:00:00Z",
	} {
		c, err := Parse(Poll, []byte(`{"within": "`+within+`"}`))
		if err == nil {
			err = c.Check()
		}
		if got := c.Since(now).Format(time.RFC3339); err != nil || got != want {
			t.Errorf("%q: %s, %v, want %s", within, got, err, want)
		}
	}
	for _, within := range []string{"31", "P", "PT", "P1DT", "31D", "P-1D", "P1.5D", "p31d", "P1H", "P100000D", "PT1S1M", "a month"} {
		if err := (Command{Operation: Poll, Within: within}).Check(); err == nil || !strings.Contains(err.Error(), "within takes a duration of ISO 8601") {
			t.Errorf("%q: %v", within, err)
		}
	}
}
