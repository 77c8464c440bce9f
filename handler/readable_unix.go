//go:build unix

package handler

import (
	"errors"
	"net"
	"syscall"
)

// readable reports whether a read of the connection would not have to wait: for there is something, or its end. It takes
// nothing away.
func readable(conn net.Conn) bool {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return true // it is closed
	}
	var found error
	// Control and not Read, which would wait for the reader that every connection of net/http's has.
	err = raw.Control(func(fd uintptr) {
		_, _, found = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return err != nil || !errors.Is(found, syscall.EAGAIN)
}
