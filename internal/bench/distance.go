package main

import (
	"net"
	"time"
)

// distant is a listener whose clients seem far away. It delays what a client sends by a whole round trip, and what the server
// sends not at all. So an exchange, a connection and a handshake of TLS 1.3 take one round trip each.
type distant struct {
	net.Listener
	roundTrip time.Duration
}

func (d distant) Accept() (net.Conn, error) {
	near, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	server, wire := net.Pipe()
	chunks := make(chan chunk, 1024) // more than a fast network carries in a round trip
	connected := time.Now().Add(d.roundTrip)
	go send(near, chunks, connected, d.roundTrip)
	go deliver(wire, chunks)
	return &distantConn{near, server}, nil
}

// chunk is the content of one read from the client.
type chunk struct {
	content []byte
	due     time.Time
}

// due returns the time at which sent data arrives: one round trip later. Data counts as sent once the client is connected.
func due(sent, connected time.Time, roundTrip time.Duration) time.Time {
	if sent.Before(connected) {
		sent = connected
	}
	return sent.Add(roundTrip)
}

// send queues what the client sends until the connection ends.
func send(client net.Conn, chunks chan<- chunk, connected time.Time, roundTrip time.Duration) {
	defer close(chunks)
	for {
		content := make([]byte, 32<<10)
		count, err := client.Read(content)
		if count > 0 {
			chunks <- chunk{content[:count], due(time.Now(), connected, roundTrip)}
		}
		if err != nil {
			return
		}
	}
}

// deliver writes each chunk when it is due, in order.
func deliver(wire net.Conn, chunks <-chan chunk) {
	defer wire.Close()
	for c := range chunks {
		time.Sleep(time.Until(c.due))
		_, _ = wire.Write(c.content) // fails only if the server has closed; then the rest is dropped
	}
}

// distantConn reads delivered chunks and writes directly to the client.
type distantConn struct {
	net.Conn
	delivered net.Conn
}

func (c *distantConn) Read(p []byte) (int, error) { return c.delivered.Read(p) }

func (c *distantConn) Close() error {
	_ = c.delivered.Close() // a pipe's Close cannot fail
	return c.Conn.Close()
}

func (c *distantConn) SetReadDeadline(t time.Time) error { return c.delivered.SetReadDeadline(t) }

func (c *distantConn) SetDeadline(t time.Time) error {
	_ = c.delivered.SetReadDeadline(t) // fails only once the pipe is closed
	return c.Conn.SetWriteDeadline(t)
}
