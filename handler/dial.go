package handler

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

// dialer connects to OCI. A connection to a service can be begun before a call needs it; the first that does then has it.
type dialer struct {
	tcp net.Dialer
	tls *tls.Config
	now func() time.Time

	mu    sync.Mutex
	begun map[string]*early // by address
}

// early is a connection that is begun, or made, before it is needed.
type early struct {
	done chan struct{} // closed once the rest is set
	conn net.Conn
	err  error
	made time.Time
}

// maxEarly is the longest that such a connection is kept, by the clock on the wall. The platform starts a container because
// there is a call; where it does not (provisioned concurrency), the first call may come when the service has closed it.
const maxEarly = 10 * time.Second

func newDialer(timeout time.Duration, config *tls.Config) *dialer {
	return &dialer{tcp: net.Dialer{Timeout: timeout}, tls: config, now: time.Now, begun: map[string]*early{}}
}

// begin connects to a service in the background, unless a proxy stands in between.
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

// await waits for the connections that are begun, and not taken.
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

// connector is a way to connect, as a transport wants it.
type connector func(ctx context.Context, network, address string) (net.Conn, error)

// orTake is that way, unless a connection to the address is begun.
func (d *dialer) orTake(connect connector) connector {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if conn := d.take(address); conn != nil {
			return conn, nil
		}
		return connect(ctx, network, address)
	}
}

// take returns the connection that was begun to the address, if it is of use, once it is made. Who waits for it could not
// have made one sooner, unless it comes to nothing; a request that has no time left does not wait for the dialer. One that is
// never taken stays.
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
	age := d.now().Sub(e.made.Round(0)) // by the clock on the wall
	if age > maxEarly || age > pause && !open(e.conn) {
		e.conn.Close()
		return nil
	}
	carrierOf(e.conn).touch()
	return e.conn
}

// open reports whether nobody has closed the connection, by a read, which takes in what a server may say after a handshake:
// TLS session tickets. Where the CPU is short the time can be over before anything is read, and then there is something still.
func open(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := conn.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded) && !readable(carrierOf(conn).Conn) && conn.SetReadDeadline(time.Time{}) == nil
}

// carrierOf is the connection below TLS, of which there are two layers where the proxy speaks it too.
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
	return &checkedConn{Conn: conn, dialer: d}, nil
}

// connectTLS connects and shakes hands, which takes CONNECT_TIMEOUT at most, too.
func (d *dialer) connectTLS(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := d.tls.Clone()
	config.ServerName, _, _ = net.SplitHostPort(address) // the dial has shown that it is one
	secure := tls.Client(conn, config)
	ctx, cancel := context.WithTimeout(ctx, d.tcp.Timeout)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		// net/http tells of a handshake that was made for it only if it went well
		if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.TLSHandshakeDone != nil {
			trace.TLSHandshakeDone(secure.ConnectionState(), err)
		}
		return nil, err
	}
	return secure, nil
}
