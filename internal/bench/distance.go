package main

import (
	"net"
	"time"
)

// distant is a listener whose clients are far away. What a client sends arrives one round trip later, which stands for the
// way there and the way of the answer back; what is sent to the client arrives at once. So an exchange takes one round trip,
// the connection itself one, and the handshake of TLS 1.3 one.
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
	chunks := make(chan chunk, 1024) // on their way; more than a round trip of a fast network
	connected := time.Now().Add(d.roundTrip)
	go send(near, chunks, connected, d.roundTrip)
	go deliver(wire, chunks)
	return &distantConn{near, server}, nil
}

// chunk is what arrived of the client at a time.
type chunk struct {
	content []byte
	due     time.Time
}

// due is when what a client sent is there: a round trip after it was sent, which it was not before the client was connected.
func due(sent, connected time.Time, roundTrip time.Duration) time.Time {
	if sent.Before(connected) {
		sent = connected
	}
	return sent.Add(roundTrip)
}

// send puts on their way what the client sends, until its end.
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

// deliver hands over each chunk when it is due, in their order.
func deliver(wire net.Conn, chunks <-chan chunk) {
	defer wire.Close()
	for c := range chunks {
		time.Sleep(time.Until(c.due))
		_, _ = wire.Write(c.content) // fails only if the server has closed; then what is left is let go
	}
}

// distantConn reads what has been delivered, and writes to the client.
type distantConn struct {
	net.Conn
	delivered net.Conn
}

func (c *distantConn) Read(p []byte) (int, error) { return c.delivered.Read(p) }

func (c *distantConn) Close() error {
	_ = c.delivered.Close() // of a pipe; it cannot fail
	return c.Conn.Close()
}

func (c *distantConn) SetReadDeadline(t time.Time) error { return c.delivered.SetReadDeadline(t) }

func (c *distantConn) SetDeadline(t time.Time) error {
	_ = c.delivered.SetReadDeadline(t) // as above
	return c.Conn.SetWriteDeadline(t)
}
