package handler

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/ons"
	"github.com/oracle/oci-go-sdk/v65/tenantmanagercontrolplane"

	"sender-invitations/events"
)

// Credentials reads the principal that the function acts as. It is called by [Handler.Prepare], or when a call first needs
// it, and again after a failure or a 401.
type Credentials func() (common.ConfigurationProvider, error)

// connection makes the clients once, before the first call or when it needs them, and keeps them. A failure is not kept:
// credentials that cannot be read now may be readable at the next invocation.
type connection struct {
	config      Config
	credentials Credentials
	dialer      *dialer
	transport   *http.Transport
	http        *http.Client

	mu      sync.Mutex
	current *clients
}

// clients are what the calls of one principal are made with.
type clients struct {
	organizations, notifications *client
	tenancy                      string
	provider                     common.ConfigurationProvider
}

// client is what this program needs of an SDK client: where the service is, and the signature.
type client struct {
	common.BaseClient
	base *url.URL
}

func newConnection(config Config, credentials Credentials) *connection {
	transport, dialer := newTransport(config)
	return &connection{config: config, credentials: credentials, dialer: dialer, transport: transport, http: &http.Client{
		Transport: transport,
		// A signature is made for one address; the API answers 2xx or an error.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// prepare makes the clients and connects to both services, so that a first call finds all that done, or under way. What goes
// wrong is left for that call to find, and to tell.
func (c *connection) prepare() {
	if !strings.HasPrefix(c.config.OrganizationsEndpoint, "http:") {
		go x509.SystemCertPool() // the first connection reads them otherwise, when somebody waits for it
	}
	c.begin()
	c.dialer.await()
}

// begin makes the clients and begins to connect.
func (c *connection) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil { // the first call was faster
		return
	}
	made, err := c.tryMake()
	if err != nil {
		return
	}
	c.current = made
	for _, service := range []*client{made.organizations, made.notifications} {
		c.dialer.begin(service.base, c.transport.Proxy)
	}
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

// tryMake makes clients of the credentials as they are now. Its error is the SDK's: long, it speaks of its own services, and
// it may quote the session token.
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
	made := &clients{tenancy: c.config.CompartmentOCID, provider: provider}
	if made.organizations, err = newClient(organizations.BaseClient, c.config.OrganizationsEndpoint); err != nil {
		return nil, err
	}
	if made.notifications, err = newClient(notifications.BaseClient, c.config.NotificationsEndpoint); err != nil {
		return nil, err
	}
	if made.tenancy == "" {
		made.tenancy, err = provider.TenancyOCID()
	}
	return made, err
}

// newClient takes of the SDK's client what is needed, at the endpoint if one is set.
func newClient(of common.BaseClient, endpoint string) (*client, error) {
	of.Host = cmp.Or(endpoint, of.Host)
	base, err := url.Parse(of.Host)
	return &client{BaseClient: of, base: base}, err
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
