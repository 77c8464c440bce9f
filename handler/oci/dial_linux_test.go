package oci

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"syscall"
	"testing"
	"time"
)

// Each connection, early or not, with TLS or not, ends if nobody acknowledges what it sends for half of CONNECT_TIMEOUT, but not within a
// second. While a connection is made, CONNECT_TIMEOUT alone counts.
func TestConnectionsEndUnacknowledged(t *testing.T) {
	for connect, want := range map[time.Duration]int{10 * time.Second: 5000, 3 * time.Second: 1500, time.Second: 1000, time.Nanosecond: 1000} {
		server := httptest.NewUnstartedServer(nil)
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of handshakes that this test does not make
		server.StartTLS()
		defer server.Close()
		trusted := x509.NewCertPool()
		trusted.AddCert(server.Certificate())
		d := newDialer(Options{ConnectTimeout: connect, Now: time.Now}, &tls.Config{RootCAs: trusted})
		if d.tcp.Control != nil || d.tcp.ControlContext != nil || d.tcp.Timeout != connect {
			t.Error("the limit counts while the connection is made")
		}
		d.tcp.Timeout = 10 * time.Second
		for name, connect := range map[string]connector{"TCP": d.connect, "TLS": d.connectTLS, "early": d.orTake(d.connect)} {
			address, err := url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := connect(t.Context(), "tcp", address.Host)
			if err != nil {
				t.Fatal(name, err)
			}
			defer conn.Close()
			raw, err := carrierOf(conn).Conn.(syscall.Conn).SyscallConn()
			if err != nil {
				t.Fatal(name, err)
			}
			_ = raw.Control(func(fd uintptr) {
				if got, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, 18); got != want || err != nil {
					t.Errorf("%s: %d ms %v, want %d", name, got, err, want)
				}
			})
		}
	}
}
