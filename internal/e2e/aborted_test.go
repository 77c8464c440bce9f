package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// TestAbortedInvocations checks that invocations which end early, in four ways, leave no byte in a later answer of the same
// process, and no goroutine.
func TestAbortedInvocations(t *testing.T) {
	m := rendezvous{make(chan struct{}), make(chan struct{})}
	oci := &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault {
		switch {
		case strings.Contains(r.URL.RawQuery, "refused"):
			return ocitest.Fault{Status: http.StatusServiceUnavailable}
		case strings.Contains(r.URL.RawQuery, "meeting"):
			m.arrived <- struct{}{}
			<-m.release
		}
		return ocitest.Fault{}
	}}
	p := startProcess(t, newScenarioOn(t, oci, "MAX_ATTEMPTS=1 LOG_LEVEL=error").host.Env...)
	p.checkGet(t, "first")
	const calls = 200
	abort := []func(id string){
		func(id string) { p.cut(t, id) },
		func(id string) { p.abandon(t, id, m) },
		func(id string) { p.hangUp(t, id, 1, large(id)) },          // in the middle of a large answer
		func(id string) { p.hangUp(t, id, 0, large(id)[:30_000]) }, // in the middle of the request
	}
	for number := range calls {
		id := fmt.Sprintf("call-%d", number)
		abort[number%len(abort)](id)
		p.checkGet(t, "after-"+id)
	}
	for end := time.Now().Add(20 * time.Second); len(oci.Messages()) < calls/2; runtime.Gosched() { // the first two kinds publish
		if time.Now().After(end) {
			t.Fatalf("%d messages: an abandoned invocation has not ended", len(oci.Messages()))
		}
	}
	p.checkGet(t, "last")
	if left := p.stacks(t); working(left) {
		t.Errorf("goroutines are left:\n%s", left)
	}
}

// checkGet invokes the function and compares the whole answer.
func (p *process) checkGet(t *testing.T, id string) {
	t.Helper()
	answer, err := p.invoke(t.Context(), id, `{"operation": "get", "senderInvitationId": "ocid1.senderinvitation.oc1..none"}`)
	want := fmt.Sprintf(`{"results":[{"operation":"get","outcome":"failed","dryRun":false,"opcRequestId":%q,"trigger":{"id":%[1]q,"source":"/direct",`+
		`"type":"senderinvitation.get"},"error":{"status":404,"code":"NotAuthorizedOrNotFound","message":"no sender invitation \"ocid1.senderinvitation.oc1..none\"","retryable":false}}]}`, id)
	if err != nil || answer != want {
		t.Fatalf("%s: %v %s", id, err, answer)
	}
}

// cut makes an invocation that the function cuts.
func (p *process) cut(t *testing.T, id string) {
	t.Helper()
	if answer, err := p.invoke(t.Context(), id, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..refused"}`); err == nil {
		t.Errorf("%s: answered %s", id, answer)
	}
}

// rendezvous holds a call at the emulated OCI until the function's caller has hung up.
type rendezvous struct{ arrived, release chan struct{} }

// abandon makes an invocation, and cancels it while the function works.
func (p *process) abandon(t *testing.T, id string, m rendezvous) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var call sync.WaitGroup
	call.Go(func() {
		if answer, err := p.invoke(ctx, id, `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..meeting"}`); err == nil {
			t.Errorf("%s: answered %s", id, answer)
		}
	})
	<-m.arrived
	cancel()
	call.Wait()
	m.release <- struct{}{}
}

// large returns a list of events that no rule matches. Their results take some 90 KB.
func large(id string) string {
	var list []map[string]string
	for index := range 300 {
		list = append(list, map[string]string{"specversion": "1.0", "id": fmt.Sprint(id, index, strings.Repeat("x", 200)), "source": "/s", "type": "com.example.unmatched"})
	}
	encoded, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return string(encoded)
}

// hangUp announces a body of the length of large(id), sends body, reads some lines of the answer, and closes the connection.
func (p *process) hangUp(t *testing.T, id string, lines int, body string) {
	t.Helper()
	connection, err := p.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "POST /invoke HTTP/1.1\r\nHost: localhost\r\nFn-Call-Id: %s\r\nContent-Length: %d\r\n\r\n%s", id, len(large(id)), body)
	reader := bufio.NewReader(connection)
	for range lines {
		if line, err := reader.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 200") {
			t.Errorf("%s: %q %v", id, line, err)
		}
	}
}
