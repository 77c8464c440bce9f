package events

import (
	"strings"
	"time"
)

// parseTime parses a time of RFC 3339, in which T and Z may be lower-case letters (section 5.6).
func parseTime(text string) (time.Time, error) {
	return time.Parse(time.RFC3339, strings.ToUpper(text))
}
