package handler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"
	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
)

// Credentials reads the principal that the function acts as. It is called when a call first needs it, and again after
// a failure or a 401.
type Credentials func() (common.ConfigurationProvider, error)

// connection makes the SDK clients once, when first needed, and keeps them. A failure is not kept: credentials that
// cannot be read now may be readable at the next invocation.
type connection struct {
	config      Config
	credentials Credentials
	http        *http.Client

	mu      sync.Mutex
	current *clients
}

// clients are the SDK clients of one principal.
type clients struct {
	organizations, notifications common.BaseClient
	tenancy                      string
	provider                     common.ConfigurationProvider
}

func newConnection(config Config, credentials Credentials) *connection {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: config.ConnectTimeout}).DialContext
	transport.TLSHandshakeTimeout = config.ConnectTimeout
	transport.MaxResponseHeaderBytes = 64 << 10 // Go takes 10 MB
	transport.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
		if answer.StatusCode != http.StatusOK { // net/http would make the proxy's own words the error
			return fmt.Errorf("the proxy (HTTPS_PROXY) answers %d", answer.StatusCode)
		}
		return nil
	}
	transport.MaxIdleConnsPerHost = 64 // as many as CONCURRENCY can be: Go keeps two
	return &connection{config: config, credentials: credentials, http: &http.Client{
		Transport: transport,
		// A signature is made for one address; the API answers 2xx or an error.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// open returns the clients. Its error is errCredentials; the log says why.
func (c *connection) open(log *slog.Logger) (*clients, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil {
		return c.current, nil
	}
	made, err := c.read(log)
	if err == nil {
		c.current = made
	}
	return made, err
}

// check reports whether the credentials can be read now. Those in use stay in use: they may be good for a while.
func (c *connection) check(log *slog.Logger) error {
	if c.config.Auth == AuthInstancePrincipal { // to read them anew asks the metadata service
		_, err := c.open(log)
		return err
	}
	_, err := c.read(log)
	return err
}

// read makes clients of the credentials as they are now, with the errors of open.
func (c *connection) read(log *slog.Logger) (*clients, error) {
	made, err := c.tryMake()
	if err != nil {
		log.Error("credentials cannot be read", "auth", c.config.Auth, "reason", reason(err))
		return nil, errCredentials
	}
	return made, nil
}

// tryMake makes clients of the credentials as they are now. Its error is the SDK's: long, it speaks of its own services, and it
// may quote the session token.
func (c *connection) tryMake() (_ *clients, err error) {
	defer func() {
		if fault := recover(); fault != nil { // the SDK panics on a session token without an expiry
			err = fmt.Errorf("%v", fault)
		}
	}()
	return c.make()
}

// errCredentials is a 503: the same call may succeed at a later invocation.
var errCredentials = &events.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable",
	Message: "the function cannot read its credentials; its log says why", Retryable: true}

// forget drops clients that were refused, so that the next open makes new ones of the credentials as they are then.
func (c *connection) forget(refused *clients) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == refused {
		c.current = nil
	}
}

func (c *connection) make() (*clients, error) {
	provider, err := c.credentials()
	if err != nil {
		return nil, err
	}
	organizations, err := tenantmanagercontrolplane.NewSenderInvitationClientWithConfigurationProvider(provider)
	if err != nil {
		return nil, err
	}
	if c.config.OrganizationsRegion != "" {
		organizations.SetRegion(c.config.OrganizationsRegion)
	}
	notifications, err := ons.NewNotificationDataPlaneClientWithConfigurationProvider(provider)
	if err != nil {
		return nil, err
	}
	tenancy := c.config.CompartmentOCID
	if tenancy == "" {
		if tenancy, err = provider.TenancyOCID(); err != nil {
			return nil, err
		}
	}
	return &clients{
		organizations: c.prepare(organizations.BaseClient, c.config.OrganizationsEndpoint),
		notifications: c.prepare(notifications.BaseClient, c.config.NotificationsEndpoint),
		tenancy:       tenancy,
		provider:      provider,
	}, nil
}

// prepare leaves of the SDK's client what this program needs: where the service is, and the signature. Retries and
// the circuit breaker are off, for one layer retries. Each call gets an HTTP client, on one transport for both services.
func (c *connection) prepare(client common.BaseClient, endpoint string) common.BaseClient {
	client.Host = cmp.Or(endpoint, client.Host)
	client.Configuration.CircuitBreaker = nil
	client.Configuration.RetryPolicy = nil
	return client
}

// reason is what of an error of the SDK or of the network may be logged: the first line, as far as it quotes nothing.
// What the SDK quotes can be the session token.
func reason(err error) string {
	if network, ok := errors.AsType[*url.Error](err); ok {
		err = network.Err // without the URL: its query may name people, or hold a key
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	line, _, _ = strings.Cut(line, `"`)
	return events.Private(line)
}
