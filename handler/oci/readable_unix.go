//go:build unix

package oci

import (
	"errors"
	"net"
	"syscall"
)

// readable reports whether a read would return at once, with data or with the end of the connection. It consumes nothing.
func readable(conn net.Conn) bool {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return true // it is closed
	}
	var found error
	// Read would wait for the reader that net/http has on each connection; Control does not.
	err = raw.Control(func(fd uintptr) {
		_, _, found = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return err != nil || !errors.Is(found, syscall.EAGAIN)
}
