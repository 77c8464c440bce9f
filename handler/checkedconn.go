package handler

import (
	"errors"
	"net"
	"sync/atomic"
	"time"
)

// checkedConn is a connection that is looked at before it is written to after a pause. One that the other side has closed in
// the meantime, while this process was frozen perhaps, then fails with nothing written, and [fetch] takes another one.
// Without the look, what is written to it is lost, and nobody knows whether it took effect.
type checkedConn struct {
	net.Conn
	dialer *dialer
	// used is when it was last written to, in ns since 1970; written is how many bytes were.
	used, written atomic.Int64
}

// pause is how long nothing must have been written to a connection for it to be looked at: the platform freezes what is idle
// for 50 ms.
const pause = 40 * time.Millisecond

var errClosedByPeer = errors.New("the connection was closed by the other side")

func (c *checkedConn) Write(b []byte) (int, error) {
	if since := c.dialer.now().UnixNano() - c.used.Load(); since > int64(pause) && readable(c.Conn) {
		return 0, errClosedByPeer // nobody speaks before he is asked but to say that he closes it
	}
	c.touch()
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// touch begins a pause.
func (c *checkedConn) touch() { c.used.Store(c.dialer.now().UnixNano()) }
