//go:build !unix

package handler

import "net"

// readable does not know: OCI Functions runs on Linux.
func readable(net.Conn) bool { return false }
