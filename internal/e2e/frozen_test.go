package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// frozen is how long after its answer the platform freezes a container.
const frozen = 50 * time.Millisecond

// A container is frozen between calls, and the services close its connections meanwhile. The call for which it thaws takes
// no notice: it is sent to OCI once, and not by a second attempt, which its caller has not asked for.
func TestFirstCallAfterThaw(t *testing.T) {
	oci := &ocitest.Server{}
	front := httptest.NewServer(oci)
	defer front.Close()
	l := startLonely(t, newScenarioOn(t, oci, "MAX_ATTEMPTS=1 ORGANIZATIONS_ENDPOINT="+front.URL+" NOTIFICATIONS_ENDPOINT="+front.URL).host.Env...)
	const calls = 20
	for number := range calls {
		thawed := make(chan struct{})
		if number > 0 {
			<-time.After(frozen) // not to wait for anything: so long is the pause
			l.signal(t, syscall.SIGSTOP)
			front.CloseClientConnections()
			go func() {
				defer close(thawed)
				l.signal(t, syscall.SIGCONT)
			}()
		} else {
			close(thawed)
		}
		l.create(t, number)
		<-thawed
	}
	if made := len(oci.Calls()); made != 2*calls {
		t.Errorf("%d calls reached OCI, not %d", made, 2*calls)
	}
}

func (l *lonely) signal(t *testing.T, signal syscall.Signal) {
	if err := l.command.Process.Signal(signal); err != nil {
		t.Error(err)
	}
}

// create makes an invitation through the door of the gateway, for a caller who retries by himself.
func (l *lonely) create(t *testing.T, number int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/call", strings.NewReader(
		fmt.Sprintf(`{"compartmentId": %q, "recipientTenancyId": "ocid1.tenancy.oc1..recipient%d"}`, ocitest.DefaultTenancy, number)))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Fn-Intent": "httprequest", "Fn-Http-Method": http.MethodPost,
		"Fn-Http-Request-Url": "/20230401/senderInvitations", "Fn-Http-H-Opc-Client-Retries": "true", "Content-Type": "application/json",
		"Fn-Deadline": time.Now().Add(time.Minute).UTC().Format(time.RFC3339)} {
		request.Header.Set(name, value)
	}
	response, err := l.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.Header.Get("Fn-Http-Status") != "200" || response.Header.Get("Fn-Http-H-X-Result-Event") != "" {
		t.Fatalf("call %d: %v %s %s", number, err, response.Header, body)
	}
}
