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

// blow is what happens to a poll that is alone: all attempts at OCI of one kind fail, or the process is killed at the first.
type blow struct {
	at    func(*http.Request) bool
	kill  bool
	fault ocitest.Fault
}

// The faults of blows. One that is refused is not repeated for long, so that the poll has time for the rest.
var (
	before  = ocitest.Fault{Reset: true}
	after   = ocitest.Fault{DropAnswer: true}
	refused = ocitest.Fault{Status: http.StatusUnauthorized, Code: "NotAuthenticated"}
)

// blows lists what can make a poll lose or repeat something. The first ones are in every test.
var blows = []blow{
	{publishes, false, refused},
	{sendsAgain, true, after},
	{sendsAgain, false, refused},
	{tellsSent, false, refused},
	{publishes, true, after},
	{marks, true, before},
	{publishes, true, before},
	{sendsAgain, true, before},
	{marks, false, refused},
	{lists, true, after},
}

func lists(r *http.Request) bool     { return r.Method == http.MethodGet && isInvitations(r) }
func publishes(r *http.Request) bool { return tells(r.URL.Path) }
func marks(r *http.Request) bool     { return r.Method == http.MethodPut }

// sendsAgain reports whether the attempt sends an expired invitation again.
func sendsAgain(r *http.Request) bool {
	return r.Method == http.MethodPost && isInvitations(r) && strings.Contains(bodyOf(r), resentTag)
}

// tellsSent reports whether the attempt publishes what became of sending expired invitations again.
func tellsSent(r *http.Request) bool {
	return publishes(r) && strings.Contains(bodyOf(r), "previous")
}

// bodyOf reads the body of the attempt, and leaves it to be read again.
func bodyOf(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
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
		return p.struck(r)
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

// struck returns the fault of an attempt of a poll that is alone.
func (p *polling) struck(r *http.Request) ocitest.Fault {
	b := p.blow.Load()
	if b == nil || !b.at(r) || p.strikes.Add(1) > 1 && b.kill || b.kill && !p.host.KillCall(r.Header.Get("opc-request-id")) {
		return ocitest.Fault{}
	}
	return b.fault
}

// strike polls once, and deals the blow to that poll.
func (p *polling) strike(t *testing.T, b blow) {
	p.strikes.Store(0)
	p.blow.Store(&b)
	_, err := p.host.Invoke(t.Context(), fnhost.Call{Body: []byte(`{"operation": "poll"}`)})
	p.blow.Store(nil)
	_, failed := errors.AsType[*fnhost.Failure](err)
	if p.strikes.Load() == 0 || b.kill && !failed || err != nil && !failed {
		t.Errorf("the blow %+v struck %d times: %v", b, p.strikes.Load(), err)
		return
	}
	p.counted.blows++
}
