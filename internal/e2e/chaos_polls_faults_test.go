package e2e

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

// blow kills the process of a poll at an attempt at OCI.
type blow struct {
	at     func(*http.Request) bool
	before bool // the attempt has no effect
}

// blows lists the places of a poll at which a blow can lose or repeat something.
var blows = []blow{
	{publishes, true}, // nothing is told, and so nothing may be marked
	{sendsAgain, false},
	{marks, true},
	{publishes, false},
	{sendsAgain, true},
	{lists, false},
}

func lists(r *http.Request) bool     { return r.Method == http.MethodGet && isInvitations(r) }
func publishes(r *http.Request) bool { return tells(r.URL.Path) }
func marks(r *http.Request) bool     { return r.Method == http.MethodPut }

// sendsAgain reports whether the attempt sends an expired invitation again.
func sendsAgain(r *http.Request) bool {
	if r.Method != http.MethodPost || !isInvitations(r) {
		return false
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && strings.Contains(string(body), resentTag)
}

// isInvitations reports whether the attempt is about all invitations.
func isInvitations(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/senderInvitations") }

// The delays of attempts in a storm. A page that is slow makes polls run out of time, a create that is slow lets others look before it.
const (
	slowPage   = 20 * time.Millisecond
	slowCreate = 150 * time.Millisecond
)

// fault returns the fault of an attempt at OCI. In a calm there is none, but perhaps a blow.
func (p *polling) fault(r *http.Request) ocitest.Fault {
	if p.calm.Load() {
		next := p.blow.Load()
		if next == nil || !next.at(r) || !p.blow.CompareAndSwap(next, nil) || !p.host.KillCall(r.Header.Get("opc-request-id")) {
			return ocitest.Fault{}
		}
		return ocitest.Fault{Reset: next.before, DropAnswer: true}
	}
	fault := p.faults.next(r)
	switch {
	case !reflect.ValueOf(fault).IsZero():
	case lists(r):
		fault.Delay = slowPage
	case sendsAgain(r):
		fault.Delay, fault.DropAnswer = slowCreate, p.again.Add(1)%3 == 0
	}
	return fault
}

// strike polls once, and kills the process at the blow.
func (p *polling) strike(t *testing.T, b blow) {
	p.blow.Store(&b)
	defer p.blow.Store(nil)
	_, err := p.host.Invoke(t.Context(), fnhost.Call{Body: []byte(`{"operation": "poll"}`)})
	if _, killed := errors.AsType[*fnhost.Failure](err); !killed || p.blow.Load() != nil {
		t.Errorf("a poll was not killed: %v", err)
		return
	}
	p.counted.blows++
}
