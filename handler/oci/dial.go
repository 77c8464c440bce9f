package oci

import (
	"context"
	"crypto/tls"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"
)

// dialer connects to OCI. It can begin a connection before a call needs it; the first call to the address takes it.
type dialer struct {
	tcp      net.Dialer
	patience time.Duration // of a connection that is made
	tls      *tls.Config
	now      func() time.Time
	// closeIdle closes the connections that wait for the next call.
	closeIdle func()

	mu    sync.Mutex
	begun map[string]*early // by address
}

// early is a connection that was begun before a call needed it.
type early struct {
	done chan struct{} // closed once the other fields are set
	conn net.Conn
	err  error
	made time.Time
}

// maxEarly is the longest that an early connection is kept, by the wall clock. The platform usually starts a container for an invocation.
// With provisioned concurrency it starts the container earlier, and the service may close the connection before the first call.
const maxEarly = 10 * time.Second

// leastPatience is the least time that a connection waits for an acknowledgement: a slow one takes half a second.
const leastPatience = time.Second

// newDialer returns a dialer. Its connections end if nothing that they send is acknowledged for half of CONNECT_TIMEOUT. So a call whose
// packets vanish fails early enough to be repeated on another connection.
func newDialer(options Options, config *tls.Config) *dialer {
	return &dialer{
		tcp: net.Dialer{Timeout: options.ConnectTimeout}, patience: max(options.ConnectTimeout/2, leastPatience),
		tls: config, now: options.Now, begun: map[string]*early{},
	}
}

// begin connects to a service in the background, unless calls go through a proxy.
func (d *dialer) begin(service *url.URL, proxy func(*http.Request) (*url.URL, error)) {
	if by, err := proxy(&http.Request{URL: service}); by != nil || err != nil {
		return
	}
	address, connect := net.JoinHostPort(service.Hostname(), portOf(service)), d.connect
	if service.Scheme == "https" {
		connect = d.connectTLS
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.begun[address] != nil { // both services may be at one address
		return
	}
	e := &early{done: make(chan struct{})}
	d.begun[address] = e
	go func() {
		defer close(e.done)
		e.conn, e.err = connect(context.Background(), "tcp", address)
		e.made = d.now()
	}()
}

// await waits for the early connections that no call has taken.
func (d *dialer) await() {
	d.mu.Lock()
	begun := slices.Collect(maps.Values(d.begun))
	d.mu.Unlock()
	for _, e := range begun {
		<-e.done
	}
}

func portOf(service *url.URL) string {
	if port := service.Port(); port != "" {
		return port
	}
	if service.Scheme == "https" {
		return "443"
	}
	return "80"
}

// connector makes a connection, in the form that http.Transport takes.
type connector func(ctx context.Context, network, address string) (net.Conn, error)

// orTake returns a connector that first takes the early connection to the address, if there is one.
func (d *dialer) orTake(connect connector) connector {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if conn := d.take(address); conn != nil {
			return conn, nil
		}
		return connect(ctx, network, address)
	}
}

// take waits for the early connection to the address and returns it, or nil if it cannot be used. To make a new connection would take
// longer. net/http ends a request at its deadline even while take waits. An early connection that no call takes stays open.
func (d *dialer) take(address string) net.Conn {
	d.mu.Lock()
	e := d.begun[address]
	delete(d.begun, address)
	d.mu.Unlock()
	if e == nil {
		return nil
	}
	<-e.done
	if e.err != nil {
		return nil
	}
	age := d.now().Sub(e.made.Round(0)) // by the wall clock
	if age > maxEarly || age > pause && !open(e.conn) {
		e.conn.Close()
		return nil
	}
	carrierOf(e.conn).touch()
	return e.conn
}

// open reports whether the connection is still open. It reads, and thereby takes in the TLS session tickets that a server sends after
// the handshake. On a busy CPU the 1 ms deadline can pass before a ticket is read, hence the second check.
func open(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := conn.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded) && !readable(carrierOf(conn).Conn) && conn.SetReadDeadline(time.Time{}) == nil
}

// carrierOf returns the connection below TLS. There are two layers of TLS if the proxy speaks TLS too.
func carrierOf(conn net.Conn) *checkedConn {
	for {
		secure, ok := conn.(*tls.Conn)
		if !ok {
			return conn.(*checkedConn)
		}
		conn = secure.NetConn()
	}
}

func (d *dialer) connect(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.tcp.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	endUnacknowledged(conn, d.patience)
	return &checkedConn{Conn: conn, dialer: d}, nil
}

// connectTLS connects and makes the TLS handshake. Each of the two takes CONNECT_TIMEOUT at most.
func (d *dialer) connectTLS(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := d.tls.Clone()
	config.ServerName, _, _ = net.SplitHostPort(address) // connect has parsed the address
	secure := tls.Client(conn, config)
	ctx, cancel := context.WithTimeout(ctx, d.tcp.Timeout)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		// net/http reports a handshake that it did not make itself only if it succeeded
		if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.TLSHandshakeDone != nil {
			trace.TLSHandshakeDone(secure.ConnectionState(), err)
		}
		return nil, err
	}
	return secure, nil
}
