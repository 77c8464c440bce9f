package oci

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// checkedConn checks the connection before the first write after a pause. If the server has closed it, perhaps while this process was
// frozen, the write fails with nothing written, and [fetch] takes another connection. Without the check the request would be lost, and its
// effect unknown.
type checkedConn struct {
	net.Conn
	dialer *dialer
	// used is the time of the last write, in ns since 1970. written counts the written bytes.
	used, written atomic.Int64
}

// pause is the time without a write after which a connection is checked. The platform freezes a container that is idle for 50 ms.
const pause = 40 * time.Millisecond

var errClosedByPeer = errors.New("the server has closed the connection")

// Read reads from the connection. If what the connection sends vanishes, Read closes the idle ones: what they send may vanish too, and
// net/http would try one after the other.
func (c *checkedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if errors.Is(err, syscall.ETIMEDOUT) {
		c.dialer.closeIdle()
	}
	return n, err
}

// Write writes to the connection. After a pause it checks first that the other side has not closed it.
func (c *checkedConn) Write(b []byte) (int, error) {
	if since := c.dialer.now().UnixNano() - c.used.Load(); since > int64(pause) && readable(c.Conn) {
		return 0, errClosedByPeer // before a request, a server sends something only to close the connection
	}
	c.touch()
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// touch records a write.
func (c *checkedConn) touch() { c.used.Store(c.dialer.now().UnixNano()) }
