package console

import (
	"net/http"
	"strings"

	"sender-invitations/internal/ocitest"
)

// faults are those that the page has set.
type faults struct {
	Throttle   int  `json:"throttle"` // so many calls to Organizations; -1: all
	BreakTopic bool `json:"breakTopic"`
	FailNext   int  `json:"failNext"`   // creations
	FailCancel int  `json:"failCancel"` // the next cancellations
}

// Fault returns the fault of a request to OCI.
func (c *Console) Fault(r *http.Request) ocitest.Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.faults.Throttle != 0 && strings.HasPrefix(r.URL.Path, "/20230401/"):
		if c.faults.Throttle > 0 {
			c.faults.Throttle--
		}
		return ocitest.Fault{Status: http.StatusTooManyRequests, RetryAfter: 1}
	case c.faults.BreakTopic && isPublishing(r):
		return ocitest.Fault{Status: http.StatusNotFound, Code: "NotAuthorizedOrNotFound"}
	}
	return ocitest.Fault{}
}

func isPublishing(r *http.Request) bool {
	operation := ocitest.Operation(r.Method, r.URL.EscapedPath())
	return operation == "PublishMessage" || operation == "PutMessages"
}

// world is what holds for all: the service's clock, and the faults.
type world struct {
	Time      ocitest.Time `json:"time"`
	AheadDays int          `json:"aheadDays"`
	Faults    faults       `json:"faults"`
	Rotated   int          `json:"rotated"` // how often the page has rotated the credentials
}

func (c *Console) world() world {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, ahead := c.stack.OCI.Clock()
	set := c.faults
	set.FailNext, set.FailCancel = c.stack.OCI.Failing()
	return world{ocitest.Time{Time: now}, int(ahead.Hours() / 24), set, c.rotated}
}
