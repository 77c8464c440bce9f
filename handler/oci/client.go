// Package oci makes signed calls to the APIs of OCI. A call is repeated while its failure may pass, within the deadline, at the pace
// that OCI takes.
//
// A [Client] holds the credentials and the connections of the process. A package registers the [Service] that it calls, and gets an [API].
// Only a package that has the API can call the service.
package oci

import (
	"cmp"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
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

// session holds what the calls with the same credentials share.
type session struct {
	provider  common.ConfigurationProvider
	tenancy   string
	endpoints map[*API]*endpoint
	signed    atomic.Bool // whether it has signed a request
}

// endpoint is the address of an API, with the signer of its calls.
type endpoint struct {
	common.BaseClient
	base *url.URL
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
		c.dialer.begin(made.endpoints[api].base, c.transport.Proxy)
	}
}

// Tenancy returns the OCID of the sender tenancy. Its error is [ErrCredentials]; the log says why.
func (c *Client) Tenancy(log *slog.Logger) (string, error) {
	made, err := c.open(log)
	if err != nil {
		return "", err
	}
	return made.tenancy, nil
}

// Check reports whether the credentials can be read now, and can sign a request, which is not sent. Those in use stay in use, unless
// they cannot sign. The errors are those of [Client.Tenancy].
func (c *Client) Check(log *slog.Logger) error {
	look := c.read
	if c.options.KeepCredentials {
		look = c.open
	}
	_, err := c.tried(func() (*session, error) { return look(log) })
	if err != nil && !errors.Is(err, ErrCredentials) {
		return unsigned(log, err)
	}
	return err
}

// rotation is longer than the platform needs to write the key and the token, which are two files.
const rotation = 20 * time.Millisecond

// tried returns a session that can sign a request. If the first cannot, it may have been read while its files were written; tried then reads
// once more.
func (c *Client) tried(read func() (*session, error)) (made *session, err error) {
	for first := true; ; first = false {
		if made, err = read(); err != nil {
			return nil, err
		}
		if err = made.try(c.apis); err == nil {
			return made, nil
		}
		c.forget(made)
		if !first {
			return nil, err
		}
		time.Sleep(rotation)
	}
}

// Read reads the credentials, tries whether they can sign a request, which is not sent, keeps them for the calls to come and returns the
// provider. The error can be the SDK's: it is long and may quote the session token.
func (c *Client) Read() (common.ConfigurationProvider, error) {
	made, err := c.tried(c.tryMake)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current = made
	return made.provider, nil
}

// open returns the session, with the errors of [Client.Tenancy].
func (c *Client) open(log *slog.Logger) (*session, error) {
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

// forget drops a session whose credentials were refused or cannot sign, so that the next call reads them again.
func (c *Client) forget(useless *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == useless {
		c.current = nil
	}
}

// read reads the credentials and makes a session.
func (c *Client) read(log *slog.Logger) (*session, error) {
	made, err := c.tryMake()
	if err != nil {
		log.Error("credentials cannot be read", "auth", c.options.Auth, "reason", Reason(err))
		return nil, ErrCredentials
	}
	return made, nil
}

// ErrCredentials tells that the credentials cannot be read, or cannot sign a request. It is a 503, for the next invocation may find
// better ones.
var ErrCredentials = events.NewError(http.StatusServiceUnavailable, "ServiceUnavailable",
	"the function's credentials cannot be read or cannot sign a request; its log says why")

// tryMake makes a session. A panic of the SDK becomes an error.
func (c *Client) tryMake() (made *session, err error) {
	err = caught(func() (err error) {
		made, err = c.make()
		return err
	})
	return made, err
}

func (c *Client) make() (*session, error) {
	provider, err := c.credentials()
	if err != nil {
		return nil, err
	}
	made := &session{provider: provider, tenancy: c.options.Tenancy, endpoints: map[*API]*endpoint{}}
	for _, api := range c.apis {
		if made.endpoints[api], err = api.service.connect(provider); err != nil {
			return nil, err
		}
	}
	if made.tenancy == "" {
		made.tenancy, err = provider.TenancyOCID()
	}
	return made, err
}

// connect makes the endpoint of the service.
func (s Service) connect(provider common.ConfigurationProvider) (*endpoint, error) {
	client, err := s.New(provider)
	if err != nil {
		return nil, err
	}
	client.Signer = common.DefaultRequestSigner(keys{provider})
	client.Host = cmp.Or(s.Endpoint, client.Host)
	base, err := url.Parse(client.Host)
	return &endpoint{client, base}, err
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
	return private.Text(line)
}
