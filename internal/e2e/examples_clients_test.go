package e2e

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/oracle/oci-go-sdk/v65/common"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

// tokenGate is what a deployment with a token policy does before the function is called, less the looking into the token:
// whoever does not show it gets 401. It notes what was shown.
type tokenGate struct {
	*httptest.Server
	mu    sync.Mutex
	shown []string
}

func (s *scenario) tokenGate(t *testing.T, token string) *tokenGate {
	t.Helper()
	gate := &tokenGate{}
	gateway := s.host.Gateway()
	gate.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown := r.Header.Get("Authorization")
		gate.mu.Lock()
		gate.shown = append(gate.shown, shown)
		gate.mu.Unlock()
		if subtle.ConstantTimeCompare([]byte(shown), []byte("Bearer "+token)) == 0 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"code":401,"message":"Unauthorized"}`) // a number, unlike any error of the function's
			return
		}
		gateway.ServeHTTP(w, r)
	}))
	t.Cleanup(gate.Close)
	return gate
}

// checkInvited fails unless one invitation was made, and the token was all that was shown.
func (g *tokenGate) checkInvited(t *testing.T, s *scenario, token, recipient string) {
	t.Helper()
	made := s.oci.Invitations()
	if len(made) != 1 || made[0].RecipientTenancyID != recipient {
		t.Errorf("made %v", made)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.shown) == 0 || slices.ContainsFunc(g.shown, func(shown string) bool { return shown != "Bearer "+token }) {
		t.Errorf("shown were %q", g.shown)
	}
}

// bearer signs for Oracle's SDK for Go.
type bearer string

func (b bearer) Sign(r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+string(b))
	return nil
}

// The SDK for Go shows a token where a Signer of three lines takes the place of its own, which is refused.
func TestExamplesClientGo(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJSUzI1NiJ9.go.token"
	s := newSDK(t, &ocitest.Server{}, "")
	signed := s.tokenGate(t, token)
	s.invitations.Host = signed.URL
	const recipient = "ocid1.tenancy.oc1..acme"
	request := tmcp.CreateSenderInvitationRequest{CreateSenderInvitationDetails: tmcp.CreateSenderInvitationDetails{
		CompartmentId: common.String(ocitest.DefaultTenancy), RecipientTenancyId: common.String(recipient)}}
	_, err := s.invitations.CreateSenderInvitation(t.Context(), request)
	if status, ok := err.(interface{ GetHTTPStatusCode() int }); !ok || status.GetHTTPStatusCode() != http.StatusUnauthorized {
		t.Errorf("signed: %v", err)
	}
	gate := s.tokenGate(t, token)
	s.invitations.Host, s.invitations.Signer = gate.URL, bearer(token)
	if _, err := s.invitations.CreateSenderInvitation(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	gate.checkInvited(t, s.scenario, token, recipient)
}
