package console

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// action is what the page asks to do, and what the action needs.
type action struct {
	Action     string `json:"action"`
	Invitation string `json:"invitation"`
	Days       int    `json:"days"`
	Calls      int    `json:"calls"`
	Creations  int    `json:"creations"`
	Cancels    int    `json:"cancels"`
	On         bool   `json:"on"`
}

// mostDays is how far the clock can be put forward at once.
const mostDays = 3650

// actions do what they are named after. An error says why it cannot be done now.
var actions = map[string]func(*Console, action) error{
	"accept": func(c *Console, a action) error { return c.stack.OCI.Accept(a.Invitation) },
	"expire": func(c *Console, a action) error { return c.stack.OCI.Expire(a.Invitation) },
	"fail":   func(c *Console, a action) error { return c.stack.OCI.FailInvitation(a.Invitation) },
	"advance": func(c *Console, a action) error {
		return c.stack.OCI.Advance(time.Duration(a.Days) * 24 * time.Hour)
	},
	"fail-next": func(c *Console, a action) error {
		c.stack.OCI.FailCreations(a.Creations)
		return nil
	},
	"fail-next-cancel": func(c *Console, a action) error {
		c.stack.OCI.FailCancels(a.Cancels)
		return nil
	},
	"throttle":    func(c *Console, a action) error { return c.set(func() { c.faults.Throttle = a.Calls }) },
	"break-topic": func(c *Console, a action) error { return c.set(func() { c.faults.BreakTopic = a.On }) },
	"rotate": func(c *Console, _ action) error {
		if err := c.stack.Rotate(); err != nil {
			return err
		}
		return c.set(func() { c.rotated++ })
	},
}

func (c *Console) set(change func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	return nil
}

// check returns what is wrong with the action by itself.
func (a action) check() error {
	switch {
	case actions[a.Action] == nil:
		return fmt.Errorf("there is no action %q", a.Action)
	case a.Action == "advance" && (a.Days < 1 || a.Days > mostDays):
		return fmt.Errorf("days takes 1 to %d", mostDays)
	case a.Action == "throttle" && a.Calls < -1:
		return fmt.Errorf("calls takes a number of calls, 0 for none or -1 for all")
	case a.Action == "fail-next" && a.Creations < 0:
		return fmt.Errorf("creations takes a number of creations, or 0 for none")
	case a.Action == "fail-next-cancel" && a.Cancels < 0:
		return fmt.Errorf("cancels takes a number of cancellations, or 0 for none")
	}
	return nil
}

// act does what the page asks for.
func (c *Console) act(w http.ResponseWriter, r *http.Request) {
	asked, ok := read[action](w, r, 1<<20)
	if !ok {
		return
	}
	if err := asked.check(); err != nil {
		refuse(w, http.StatusBadRequest, "InvalidParameter", err.Error())
		return
	}
	if err := actions[asked.Action](c, asked); err != nil {
		refuse(w, http.StatusConflict, "IncorrectState", strings.TrimPrefix(err.Error(), "ocitest: "))
		return
	}
	c.tell()
	w.WriteHeader(http.StatusNoContent)
}

// tell wakes those who wait for a change.
func (c *Console) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock.tick()
}
