package oci

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/events"
)

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
