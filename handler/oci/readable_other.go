//go:build !unix

package oci

import "net"

// readable returns false: this system has no way to find out. OCI Functions runs on Linux.
func readable(net.Conn) bool { return false }
