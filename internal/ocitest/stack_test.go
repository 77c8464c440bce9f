package ocitest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"
	"github.com/oracle/oci-go-sdk/v65/ons"
	"github.com/oracle/oci-go-sdk/v65/streaming"
	tmcp "github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/internal/ocitest"
)

const (
	recipient = "ocid1.tenancy.oc1..recipient"
	topic     = "ocid1.onstopic.oc1.iad.results"
	aStream   = "ocid1.stream.oc1.iad.results"
)

var ctx = context.Background()

// clock is a clock that a test sets. It starts in 2050: by the real time, which
// the SDK uses, no session token has expired.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2050, 1, 2, 15, 4, 5, 678_900_000, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// datedSigner signs with the date of now instead of the real one.
type datedSigner struct {
	common.HTTPRequestSigner
	now func() time.Time
}

func (s datedSigner) Sign(r *http.Request) error {
	r.Header.Set("date", s.now().UTC().Format(http.TimeFormat))
	return s.HTTPRequestSigner.Sign(r)
}

// stack is a server on loopback with the SDK's clients for it.
type stack struct {
	*ocitest.Server
	url    string
	clock  *clock
	signer common.HTTPRequestSigner

	invitations  tmcp.SenderInvitationClient
	workRequests tmcp.WorkRequestClient
	messages     ons.NotificationDataPlaneClient
	topics       ons.NotificationControlPlaneClient
	streams      streaming.StreamClient
	streamAdmin  streaming.StreamAdminClient
}

// start serves s and connects the clients with resource-principal credentials. It
// sets the clock of s unless s has one.
func start(t *testing.T, s *ocitest.Server) *stack {
	t.Helper()
	k := &stack{Server: s, clock: newClock()}
	if s.Now == nil {
		s.Now = k.clock.Now
	}
	if s.TokenLifetime == 0 {
		s.TokenLifetime = 10_000 * time.Hour
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	k.url = server.URL
	k.connect(t, t.TempDir())
	return k
}

// connect issues credentials into dir and makes new clients that use them.
func (k *stack) connect(t *testing.T, dir string) {
	t.Helper()
	provider := principal(t, k.Server, dir)
	k.signer = datedSigner{common.DefaultRequestSigner(provider), k.Now}
	var err1, err2, err3, err4, err5, err6 error
	k.invitations, err1 = tmcp.NewSenderInvitationClientWithConfigurationProvider(provider)
	k.workRequests, err2 = tmcp.NewWorkRequestClientWithConfigurationProvider(provider)
	k.messages, err3 = ons.NewNotificationDataPlaneClientWithConfigurationProvider(provider)
	k.topics, err4 = ons.NewNotificationControlPlaneClientWithConfigurationProvider(provider)
	k.streams, err5 = streaming.NewStreamClientWithConfigurationProvider(provider, k.url)
	k.streamAdmin, err6 = streaming.NewStreamAdminClientWithConfigurationProvider(provider)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	k.invitations.Host, k.invitations.Signer = k.url, k.signer
	k.workRequests.Host, k.workRequests.Signer = k.url, k.signer
	k.messages.Host, k.messages.Signer = k.url, k.signer
	k.topics.Host, k.topics.Signer = k.url, k.signer
	k.streams.Signer = k.signer
	k.streamAdmin.Host, k.streamAdmin.Signer = k.url, k.signer
}

// principal issues credentials into dir and reads them as the function does.
func principal(t *testing.T, s *ocitest.Server, dir string) auth.ConfigurationProviderWithClaimAccess {
	t.Helper()
	env, err := s.IssueCredentials(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range env {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	provider, err := auth.ResourcePrincipalConfigurationProvider()
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

// reply is an HTTP response.
type reply struct {
	status int
	header http.Header
	body   string
}

// send signs and sends a request. header alternates names and values.
func (k *stack) send(t *testing.T, method, path, body string, header ...string) reply {
	t.Helper()
	r := newRequest(t, method, k.url+path, body)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if err := k.signer.Sign(r); err != nil {
		t.Fatal(err)
	}
	return do(t, r)
}

func newRequest(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("content-type", "application/json")
	return r
}

func do(t *testing.T, r *http.Request) reply {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r) // follows no redirect
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(body)}
}

// check checks that r is an error with this status and code, a message and a
// request id.
func (r reply) check(t *testing.T, status int, code string) {
	t.Helper()
	var e struct{ Code, Message string }
	if err := json.Unmarshal([]byte(r.body), &e); err != nil {
		t.Fatalf("answer %d %q: %v", r.status, r.body, err)
	}
	if r.status != status || e.Code != code || e.Message == "" || r.header.Get("opc-request-id") == "" {
		t.Errorf("answer %d %s %v, want %d %s", r.status, r.body, r.header, status, code)
	}
}

// create creates an invitation for a recipient through the SDK.
func (k *stack) create(t *testing.T, recipient, name string) tmcp.CreateSenderInvitationResponse {
	t.Helper()
	response, err := k.invitations.CreateSenderInvitation(ctx, tmcp.CreateSenderInvitationRequest{
		CreateSenderInvitationDetails: tmcp.CreateSenderInvitationDetails{
			CompartmentId:      common.String(ocitest.DefaultTenancy),
			RecipientTenancyId: common.String(recipient),
			DisplayName:        common.String(name),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// get reads an invitation through the SDK.
func (k *stack) get(t *testing.T, id *string) tmcp.GetSenderInvitationResponse {
	t.Helper()
	response, err := k.invitations.GetSenderInvitation(ctx, tmcp.GetSenderInvitationRequest{SenderInvitationId: id})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// checkState compares lifecycle state and status, as in "ACTIVE PENDING".
func (k *stack) checkState(t *testing.T, id *string, want string) {
	t.Helper()
	i := k.get(t, id)
	if have := string(i.LifecycleState) + " " + string(i.Status); have != want {
		t.Errorf("invitation is %s, want %s", have, want)
	}
}

// checkServiceError checks the status and code of an SDK error.
func checkServiceError(t *testing.T, err error, status int, code string) {
	t.Helper()
	var e common.ServiceError
	if !errors.As(err, &e) || e.GetHTTPStatusCode() != status || e.GetCode() != code {
		t.Errorf("error %v, want %d %s", err, status, code)
	}
}
