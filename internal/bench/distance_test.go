package main

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// oneListener accepts one connection.
type oneListener struct {
	net.Listener
	conn net.Conn
}

func (l oneListener) Accept() (net.Conn, error) { return l.conn, nil }

// dialed returns both ends of a connection from far away.
func dialed(t *testing.T, roundTrip time.Duration) (client, server net.Conn) {
	t.Helper()
	client, near := net.Pipe()
	server, err := distant{oneListener{nil, near}, roundTrip}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// TestDistance checks that data of any size arrives after two round trips, one of which is the connection's, and that each
// later exchange takes one.
func TestDistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const roundTrip = 50 * time.Millisecond
		client, server := dialed(t, roundTrip)
		begin := time.Now()
		go func() {
			client.Write(make([]byte, 1<<20))
			client.Write([]byte("more"))
		}()
		exchange := func(size int, want time.Duration) {
			t.Helper()
			if _, err := io.ReadFull(server, make([]byte, size)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took != want {
				t.Errorf("%d bytes arrived after %v, want %v", size, took, want)
			}
			go server.Write([]byte("ok"))
			if _, err := io.ReadFull(client, make([]byte, 2)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took != want {
				t.Errorf("the answer arrived after %v, want %v", took, want)
			}
		}
		exchange(1<<20+4, 2*roundTrip)
		go client.Write([]byte("again"))
		exchange(5, 3*roundTrip)
		client.Close()
		if _, err := server.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("after the end: %v", err)
		}
		server.Close()
	})
}

// TestDue checks that the connection's round trip passes while the client does something else.
func TestDue(t *testing.T) {
	connected := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for sent, want := range map[time.Duration]time.Duration{-20: 20, -1: 20, 0: 20, 5: 25} {
		if got := due(connected.Add(sent), connected, 20).Sub(connected); got != want {
			t.Errorf("sent at %d: due at %d, want %d", sent, got, want)
		}
	}
}

// TestDistantDeadline checks that a deadline ends a server's read, and that the server's Close ends the client's connection.
func TestDistantDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := dialed(t, time.Second)
		server.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := server.Read(make([]byte, 1)); err == nil || !err.(net.Error).Timeout() {
			t.Errorf("past the deadline: %v", err)
		}
		server.Close()
		if _, err := client.Write([]byte("late")); err == nil {
			t.Error("a write to a closed connection succeeds")
		}
	})
}
