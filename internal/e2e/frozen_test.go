package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// freezeDelay is the time from an answer until the platform freezes the container.
const freezeDelay = 50 * time.Millisecond

// TestFirstInvocationAfterThaw checks an invocation that thaws a container. OCI Functions freezes a container between
// invocations, and the services may close its connections meanwhile. The function must still need only one attempt for a call,
// for the caller has excluded a second.
func TestFirstInvocationAfterThaw(t *testing.T) {
	oci := &ocitest.Server{}
	front := httptest.NewServer(oci)
	defer front.Close()
	p := startProcess(t, newScenarioOn(t, oci, "MAX_ATTEMPTS=1 ORGANIZATIONS_ENDPOINT="+front.URL+" NOTIFICATIONS_ENDPOINT="+front.URL).host.Env...)
	const invocations = 20
	for number := range invocations {
		var thaw sync.WaitGroup
		if number > 0 {
			<-time.After(freezeDelay) // the platform's pause, not a wait for something
			p.signal(t, syscall.SIGSTOP)
			front.CloseClientConnections()
			thaw.Go(func() { p.signal(t, syscall.SIGCONT) })
		}
		p.create(t, number)
		thaw.Wait()
	}
	if made := len(oci.Calls()); made != 2*invocations {
		t.Errorf("%d attempts reached OCI, want %d", made, 2*invocations)
	}
}

func (p *process) signal(t *testing.T, signal syscall.Signal) {
	if err := p.command.Process.Signal(signal); err != nil {
		t.Error(err)
	}
}

// create creates an invitation by the HTTP door, for a caller that retries.
func (p *process) create(t *testing.T, number int) {
	t.Helper()
	header := gatewayHeader(http.MethodPost, "/20230401/senderInvitations")
	header.Set("Fn-Http-H-Opc-Client-Retries", "true")
	header.Set("Content-Type", "application/json")
	header, body, err := p.send(t.Context(), header,
		fmt.Sprintf(`{"compartmentId": %q, "recipientTenancyId": "ocid1.tenancy.oc1..recipient%d"}`, ocitest.DefaultTenancy, number))
	if err != nil || header.Get("Fn-Http-Status") != "200" || header.Get("Fn-Http-H-X-Result-Event") != "" {
		t.Fatalf("invocation %d: %v %s %s", number, err, header, body)
	}
}
