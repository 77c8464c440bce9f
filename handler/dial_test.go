package handler_test

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sender-invitations/internal/ocitest"
)

// line is a server in front of the emulated OCI that keeps track of its connections.
type line struct {
	*httptest.Server
	opened atomic.Int64
	mu     sync.Mutex
	idle   map[net.Conn]chan struct{} // connections without a request under way; a channel is closed when its connection is
	// accepted receives each new connection, ready each connection that can take another request after an answer.
	accepted, ready chan struct{}
}

func newLine(t *testing.T, h http.Handler, secure bool) *line {
	t.Helper()
	l := &line{Server: httptest.NewUnstartedServer(h), idle: map[net.Conn]chan struct{}{},
		accepted: make(chan struct{}, 1000), ready: make(chan struct{}, 1000)}
	l.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if gone := l.idle[conn]; gone != nil && state == http.StateClosed {
			close(gone)
		}
		delete(l.idle, conn)
		switch state {
		case http.StateNew:
			l.opened.Add(1)
			l.idle[conn] = make(chan struct{})
			l.accepted <- struct{}{}
		case http.StateIdle:
			l.idle[conn] = make(chan struct{})
			l.ready <- struct{}{}
		}
	}
	if secure {
		l.StartTLS()
	} else {
		l.Start()
	}
	t.Cleanup(l.Close)
	return l
}

// cut closes the idle connections; with a reset if reset is set. It waits until they are closed on both sides: a connection that the server
// reads from is closed a little later than Close returns, and the kernel of a busy machine takes some time to tell the client.
func (l *line) cut(reset bool) {
	l.mu.Lock()
	idle := maps.Clone(l.idle)
	l.mu.Unlock()
	for conn, gone := range idle {
		carrier := conn
		if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
			carrier = secure.NetConn()
		}
		if reset {
			_ = carrier.(*net.TCPConn).SetLinger(0)
			carrier.Close()
		} else {
			conn.Close()
		}
		<-gone
	}
	for end := time.Now().Add(10 * time.Second); l.isConnected() && time.Now().Before(end); runtime.Gosched() {
	}
}

// isConnected reports whether a client's connection is established, where the system tells (Linux).
func (l *line) isConnected() bool {
	table, _ := os.ReadFile("/proc/net/tcp")
	for row := range strings.Lines(string(table)) {
		fields := strings.Fields(row) // number, local address, remote address, state
		if len(fields) > 3 && fields[3] == "01" && strings.HasSuffix(fields[2], fmt.Sprintf(":%04X", l.Listener.Addr().(*net.TCPAddr).Port)) {
			return true
		}
	}
	return false
}

// newFunctionOn returns a function with a line to each of the services.
func newFunctionOn(t *testing.T, organizations, notifications *line, oci *ocitest.Server, settings ...string) *function {
	t.Helper()
	f := newFunction(t, oci, append([]string{"ORGANIZATIONS_ENDPOINT", organizations.URL, "NOTIFICATIONS_ENDPOINT", notifications.URL}, settings...)...)
	f.Trust(poolOf(organizations, notifications))
	return f
}

func poolOf(lines ...*line) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, l := range lines {
		if certificate := l.Certificate(); certificate != nil {
			pool.AddCert(certificate)
		}
	}
	return pool
}

// leap puts the clock for the age of connections forward.
func (f *function) leap(by time.Duration) { f.ahead.Add(int64(by)) }

var schemes = map[string]bool{"http": false, "https": true}

// Connections to both services are begun before the first call, and it uses them, whether they are complete or not. It makes no other.
func TestFirstCallUsesEarlyConnections(t *testing.T) {
	for scheme, secure := range schemes {
		for _, gap := range []string{"made", "in the making", "waiting", "closed", "used up"} {
			t.Run(scheme+", "+gap, func(t *testing.T) {
				oci := &ocitest.Server{}
				organizations, notifications := newLine(t, oci, secure), newLine(t, oci, secure)
				f := newFunctionOn(t, organizations, notifications, oci, "MAX_ATTEMPTS", "1")
				want := int64(1)
				switch gap {
				case "made":
					f.Prepare()
				case "in the making":
					go f.Prepare()
				case "closed":
					f.Prepare()
					f.leap(time.Second)
					<-organizations.accepted
					<-notifications.accepted
					organizations.cut(false)
					notifications.cut(true)
					want = 2
				case "waiting":
					f.Prepare()
					f.leap(time.Second)
				case "used up": // the first call came so late that the services may have closed them
					f.Prepare()
					f.leap(time.Minute)
					want = 2
				}
				if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"created"`) {
					t.Fatal(answer, cut)
				}
				if o, n := organizations.opened.Load(), notifications.opened.Load(); o != want || n != want {
					t.Errorf("%d and %d connections, want %d", o, n, want)
				}
			})
		}
	}
}

// A service that is not reached at the start prevents neither the start nor a later call.
func TestServiceNotReachedAtStart(t *testing.T) {
	oci := &ocitest.Server{}
	refusing := &line{Server: httptest.NewUnstartedServer(oci)}
	address := refusing.Listener.Addr().String()
	refusing.Listener.Close()
	f := newFunction(t, oci, "NOTIFICATIONS_ENDPOINT", "http://"+address, "MAX_ATTEMPTS", "1")
	f.Prepare()
	if _, cut := f.invoke(createForAcme); !cut {
		t.Error("not cut, though its result cannot be published")
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		t.Skip("another process has taken the port:", err)
	}
	server := &http.Server{Handler: oci, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener)
	defer server.Close()
	if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"existing"`) {
		t.Error(answer, cut)
	}
}

// The next call succeeds although the kept connections were closed while idle, as happens to a frozen container. So does a write that may
// be sent only once because its caller repeats it.
func TestConnectionsCutWhileIdle(t *testing.T) {
	t.Parallel()
	for scheme, secure := range schemes {
		for _, reset := range []bool{false, true} {
			t.Run(scheme+map[bool]string{true: ", reset"}[reset], func(t *testing.T) {
				oci := &ocitest.Server{}
				organizations, notifications := newLine(t, oci, secure), newLine(t, oci, secure)
				f := newFunctionOn(t, organizations, notifications, oci, "MAX_ATTEMPTS", "1")
				const rounds = 25
				for number := range rounds {
					f.leap(time.Second)
					r := httptest.NewRequest(http.MethodPost, "/20230401/senderInvitations", strings.NewReader(
						`{"compartmentId": "`+ocitest.DefaultTenancy+`", "recipientTenancyId": "ocid1.tenancy.oc1..acme"}`))
					r.Header.Set("opc-client-retries", "true")
					w := httptest.NewRecorder()
					if f.HTTP(w, r); w.Code != 200 || w.Header().Get("x-result-event") != "" {
						t.Fatalf("call %d: %d %s %s", number, w.Code, w.Header(), w.Body)
					}
					<-organizations.ready
					<-notifications.ready
					organizations.cut(reset)
					notifications.cut(reset)
				}
				if calls := oci.Calls(); len(calls) != 2*rounds {
					t.Errorf("%d calls", len(calls))
				}
			})
		}
	}
}

// An old connection is not used again: a firewall or gateway in between may have forgotten it.
func TestConnectionsForgottenWhileIdle(t *testing.T) {
	oci := &ocitest.Server{}
	var seen sync.Map // by the address of the other side
	f := newFunctionBehind(t, oci, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, again := seen.LoadOrStore(r.RemoteAddr, true); again {
			t.Errorf("%s %s: a connection is used again", r.Method, r.URL.Path)
		}
		oci.ServeHTTP(w, r)
	}))
	if kept := f.KeepIdle(time.Nanosecond); kept <= 0 || kept > 30*time.Second {
		t.Errorf("a connection is kept for %s", kept) // 0 is for ever
	}
	for range 3 {
		if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, "ed\"") {
			t.Fatal(cmp.Or(answer, "cut"))
		}
	}
}

// An answer may take longer than an acknowledgement: the other side acknowledges the request, and the connection stays.
func TestSlowAnswerIsAwaited(t *testing.T) {
	t.Parallel()
	f := newFunction(t, &ocitest.Server{Fault: func(r *http.Request) ocitest.Fault { return ocitest.Fault{Delay: 1500 * time.Millisecond} }},
		"CONNECT_TIMEOUT", "1s", "MAX_ATTEMPTS", "1")
	if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `"created"`) {
		t.Errorf("cut %v %s\n%s", cut, answer, f.log.String())
	}
}

// Connections through a proxy with TLS, which are TLS within TLS, are kept and checked like others.
func TestConnectionsThroughProxy(t *testing.T) {
	for scheme, secure := range schemes {
		t.Run(scheme, func(t *testing.T) {
			oci := &ocitest.Server{}
			organizations, notifications := newLine(t, oci, true), newLine(t, oci, true)
			proxy := newLine(t, http.HandlerFunc(connectThrough), secure)
			f := newFunctionOn(t, organizations, notifications, oci)
			f.Through(must(url.Parse(proxy.URL)))
			f.Trust(poolOf(organizations, notifications, proxy))
			f.Prepare()
			if opened := organizations.opened.Load() + notifications.opened.Load(); opened != 0 {
				t.Errorf("%d connections do not go through the proxy", opened)
			}
			for range 3 {
				if answer, cut := f.invoke(createForAcme); cut || !strings.Contains(answer, `ed"`) {
					t.Fatal(answer, cut)
				}
			}
			if opened := proxy.opened.Load(); opened != 2 {
				t.Errorf("%d connections", opened)
			}
		})
	}
}

// connectThrough is a proxy that connects to any address.
func connectThrough(w http.ResponseWriter, r *http.Request) {
	target, err := new(net.Dialer).DialContext(r.Context(), "tcp", r.Host)
	if err != nil || r.Method != http.MethodConnect {
		http.Error(w, "not connected", http.StatusBadGateway)
		return
	}
	defer target.Close()
	source, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer source.Close()
	fmt.Fprint(source, "HTTP/1.1 200 Connected\r\n\r\n")
	go func() {
		_, _ = io.Copy(target, buffered) // until either side ends
		target.Close()
	}()
	_, _ = io.Copy(source, target)
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
