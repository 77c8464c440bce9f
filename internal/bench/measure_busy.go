package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"sender-invitations/internal/fnhost"
)

// callers is the number of concurrent calls to one process. The platform makes one at a time; more show what calls share.
const callers = 8

// busy makes concurrent calls to one process for a while. They bypass the host, which would make them one by one.
func busy(ctx context.Context, l *lab, p program, at place) (figures, error) {
	b, err := l.newBed(p, at)
	if err != nil {
		return nil, err
	}
	defer b.close()
	// The host's setting of a tenth of a CPU is for one call at a time. Here the function may use all CPUs, like its peers.
	b.host.Env = append(b.host.Env, fmt.Sprintf("FN_CPUS=%d", runtime.NumCPU()))
	if err := b.host.Provision(ctx); err != nil {
		return nil, err
	}
	socket := newSocket(b.host.Running()[0])
	defer socket.CloseIdleConnections()
	call := func() error { return b.callSocket(ctx, socket) }
	if _, err := many(callers, 0, call); err != nil { // opens the connections
		return nil, err
	}
	begin := time.Now()
	count, err := many(callers, l.busy+20*at.roundTrip, call)
	if err != nil {
		return nil, err
	}
	return figures{rowBusy: float64(count) / time.Since(begin).Seconds()}, b.check()
}

func newSocket(p fnhost.Process) *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: callers, DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", p.Socket)
	}}
}

// many makes calls until the time has passed: each of the callers makes one after the other, and at least one. It returns
// their number.
func many(callers int, limit time.Duration, call func() error) (int64, error) {
	var workers sync.WaitGroup
	var count atomic.Int64
	faults := make([]error, callers)
	end := time.Now().Add(limit)
	for index := range callers {
		workers.Go(func() {
			for again := true; again && faults[index] == nil; again = time.Now().Before(end) {
				faults[index] = call()
				count.Add(1)
			}
		})
	}
	workers.Wait()
	return count.Load(), errors.Join(faults...)
}

// callSocket makes the next call at the socket, as the host does.
func (b *bed) callSocket(ctx context.Context, socket *http.Transport) error {
	call, number := b.next()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/invoke", bytes.NewReader(call.Body))
	if err != nil {
		return err
	}
	request.Header = call.Header
	request.Header.Set("Fn-Call-Id", fmt.Sprintf("call-%d", number))
	request.Header.Set("Fn-Deadline", time.Now().Add(b.host.Timeout).UTC().Format(time.RFC3339))
	response, err := socket.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return answered(response.Header, body)
}
