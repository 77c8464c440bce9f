package e2e

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"sender-invitations/internal/ocitest"
)

// TestTooManyRequestsWithinDeadline checks that, if OCI answers 429 to every attempt, this is the error within the deadline of
// five seconds, and not a time-out.
func TestTooManyRequestsWithinDeadline(t *testing.T) {
	const create = `{"operation": "create", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`
	for name, c := range map[string]struct{ target, body, want string }{
		"the API": {"/20230401/senderInvitations", `{"compartmentId": "` + ocitest.DefaultTenancy + `", "recipientTenancyId": "ocid1.tenancy.oc1..a"}`, `429 {"code":"TooManyRequests"`},
		"webhook": {"/events", create, `429 {"code":"TooManyRequests"`},
		"direct":  {"/invoke", create, `502 {"code":"FunctionInvokeExecutionFailed"`}, // a cut; after a time-out the host answers 504
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, "TIMEOUT=5s MAX_ATTEMPTS=20", "GET /senderInvitations * status=429 code=TooManyRequests retry-after=1\nPOST /senderInvitations * status=429 code=TooManyRequests")
			server := s.gateway
			if name == "direct" {
				server = s.direct
			}
			response, err := server.Client().Post(server.URL+c.target, "application/json", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			answer, err := io.ReadAll(response.Body)
			if got := fmt.Sprintf("%d %s", response.StatusCode, answer); err != nil || !strings.HasPrefix(got, c.want) {
				t.Errorf("%s %v", got, err)
			}
			messages := s.oci.Messages()
			if len(messages) != 1 {
				t.Fatalf("%d messages", len(messages))
			}
			if fault := publishedEvents(t, messages[0].Body)[0].Data.Error; fault == nil || fault.Status != 429 || fault.Code != "TooManyRequests" {
				t.Errorf("published %v", fault)
			}
		})
	}
}
