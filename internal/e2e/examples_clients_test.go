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

// Tenancy OCIDs of the length of real ones, 79 characters. Those of other tests are shorter, so that people can read them.
const (
	realSender    = "ocid1.tenancy.oc1..aaaaaaaas3nd3r2yexampleexampleexampleexampleexampleexample7q"
	realRecipient = "ocid1.tenancy.oc1..aaaaaaaar3c1p13ntexampleexampleexampleexampleexampleexampl4a"
)

// tokenGate is a gateway that, like a deployment with a token policy, answers 401 to a request without the token. It keeps the
// Authorization headers.
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
			fmt.Fprint(w, `{"code":401,"message":"Unauthorized"}`) // a number, unlike the codes of the function
			return
		}
		gateway.ServeHTTP(w, r)
	}))
	t.Cleanup(gate.Close)
	return gate
}

// checkInvited checks that one invitation was made, and that each request had the token.
func (g *tokenGate) checkInvited(t *testing.T, s *scenario, token, recipient string) {
	t.Helper()
	made := s.oci.Invitations()
	if len(made) != 1 || made[0].RecipientTenancyID != recipient {
		t.Errorf("made %v", made)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.shown) == 0 || slices.ContainsFunc(g.shown, func(shown string) bool { return shown != "Bearer "+token }) {
		t.Errorf("the Authorization headers are %q", g.shown)
	}
}

// bearer is a Signer of Oracle's SDK for Go that adds a token.
type bearer string

func (b bearer) Sign(r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+string(b))
	return nil
}

// TestExamplesClientGo checks that a gateway with a token policy refuses the signature of the SDK for Go, and accepts a token
// from a Signer of three lines.
func TestExamplesClientGo(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJSUzI1NiJ9.go.token"
	s := newSDK(t, &ocitest.Server{Tenancy: realSender}, "")
	signed := s.tokenGate(t, token)
	s.invitations.Host = signed.URL
	const recipient = realRecipient
	request := tmcp.CreateSenderInvitationRequest{CreateSenderInvitationDetails: tmcp.CreateSenderInvitationDetails{
		CompartmentId: common.String(realSender), RecipientTenancyId: common.String(recipient)}}
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
