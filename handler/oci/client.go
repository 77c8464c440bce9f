// Package oci makes signed calls to the APIs of OCI. A call is repeated while its failure may pass, within the deadline, at the pace
// that OCI takes.
//
// A [Client] holds the credentials and the connections of the process. A package registers the [Service] that it calls, and gets an [API].
// Only a package that has the API can call the service.
package oci

import (
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events/private"
)

// Options are the settings of a [Client].
type Options struct {
	// Tenancy is the sender tenancy. Optional: the principal's.
	Tenancy string
	// ConnectTimeout and ReadTimeout bound one attempt: the connection, and the whole attempt.
	ConnectTimeout, ReadTimeout time.Duration
	// MaxAttempts is the maximum number of attempts of one call.
	MaxAttempts int
	// Auth is the kind of principal, for the log.
	Auth string
	// KeepCredentials is set if reading the credentials again is expensive. [Client.Check] does not read them then.
	KeepCredentials bool
	// Now is the clock for the age of connections. Optional: time.Now.
	Now func() time.Time
}

// Credentials reads the principal that the function acts as. It is called before the first call, and again after a failure or
// a 401.
type Credentials func() (common.ConfigurationProvider, error)

// Service describes one API of OCI.
type Service struct {
	// Name is the service's name in spans.
	Name string
	// Endpoint replaces the service's address. Optional.
	Endpoint string
	// Seldom is true if most invocations do not call the service, so that no connection is made in advance.
	Seldom bool
	// New makes the SDK's client. Only its address and its signer are used.
	New func(common.ConfigurationProvider) (common.BaseClient, error)
}

// Client holds what all calls of the process share. It reads the credentials before the first call and keeps them. After a failure it
// reads them again before the next call.
type Client struct {
	options     Options
	credentials Credentials
	dialer      *dialer
	transport   *http.Transport
	apis        []*API

	// HTTP carries all calls. Other packages may use it for requests that need no signature.
	HTTP *http.Client

	mu      sync.Mutex
	current *session
}

// New returns a client. It reads no credentials and makes no connection yet.
func New(options Options, credentials Credentials) *Client {
	if options.Now == nil {
		options.Now = time.Now
	}
	transport, dialer := newTransport(options)
	return &Client{options: options, credentials: credentials, dialer: dialer, transport: transport, HTTP: &http.Client{
		Transport: transport,
		// A signature is made for one address, so a redirect cannot be followed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Fresh returns a client with the same settings, but without credentials, connections and APIs.
func (c *Client) Fresh() *Client { return New(c.options, c.credentials) }

// API is the right to call one of OCI's APIs.
type API struct {
	client  *Client
	service Service
}

// Register adds a service to the client and returns its API. It must be called before the first call.
func (c *Client) Register(service Service) *API {
	api := &API{client: c, service: service}
	c.apis = append(c.apis, api)
	return api
}

// Prepare reads the credentials and connects to all services, so that the first call is faster. It ignores failures: the first call
// reports them.
func (c *Client) Prepare() {
	if c.speaksTLS() {
		go x509.SystemCertPool() // the first connection would read it otherwise
	}
	c.begin()
	c.dialer.await()
}

func (c *Client) speaksTLS() bool {
	for _, api := range c.apis {
		if !strings.HasPrefix(api.service.Endpoint, "http:") {
			return true
		}
	}
	return false
}

// begin reads the credentials and begins to connect.
func (c *Client) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil { // the first call has read them already
		return
	}
	made, err := c.tryMake()
	if err != nil {
		return
	}
	c.current = made
	for _, api := range c.apis {
		if api.service.Seldom {
			continue
		}
		c.dialer.begin(made.endpoints[api].base, c.transport.Proxy)
	}
}

// Endpoint returns the address of the API; "" if the credentials cannot be read.
func (a *API) Endpoint(log *slog.Logger) string {
	made, err := a.client.open(log)
	if err != nil {
		return ""
	}
	return made.endpoints[a].Host
}

// Reason returns the part of an error of the SDK or the network that may be logged: its first line up to a quotation mark. The SDK may
// quote the session token, and a URL may name people.
func Reason(err error) string {
	if network, ok := errors.AsType[*url.Error](err); ok {
		err = network.Err
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	line, _, _ = strings.Cut(line, `"`)
	return private.Text(WithoutKey(line))
}

// key matches what may be a private key: a PEM's, or a word that is longer than the name of a file can be.
var key = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-----BEGIN.*|[A-Za-z0-9+/=_-]{256,}`) })

// WithoutKey returns a text with … for what may be a private key. Errors quote one that stands where the name of its file should be.
func WithoutKey(text string) string {
	return key().ReplaceAllLiteralString(text, "…")
}
