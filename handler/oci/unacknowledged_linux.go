package oci

import (
	"net"
	"syscall"
	"time"
)

// tcpUserTimeout is TCP_USER_TIMEOUT, which package syscall lacks (linux/tcp.h, RFC 5482).
const tcpUserTimeout = 18

// endUnacknowledged makes the kernel end a connection if the other side acknowledges nothing for the time, neither data nor a keep-alive
// probe, or takes no data. It does not matter how long an answer takes: the other side acknowledges the request meanwhile.
func endUnacknowledged(conn net.Conn, after time.Duration) {
	tcp, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return // it is closed, which the call will find out
	}
	// A kernel without this option takes longer to find out; that is no reason not to connect.
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(after.Milliseconds()))
	})
}
