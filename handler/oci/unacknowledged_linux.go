package oci

import (
	"syscall"
	"time"
)

// tcpUserTimeout is TCP_USER_TIMEOUT, which package syscall lacks (linux/tcp.h, RFC 5482).
const tcpUserTimeout = 18

// endUnacknowledged makes the kernel end a connection if the other side acknowledges nothing for the time, neither data nor a keep-alive
// probe. It does not matter how long an answer takes: the other side acknowledges the request meanwhile.
func endUnacknowledged(after time.Duration) func(network, address string, raw syscall.RawConn) error {
	return func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) {
			// A kernel without this option takes longer to find out; that is no reason not to connect.
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(after.Milliseconds()))
		})
	}
}
