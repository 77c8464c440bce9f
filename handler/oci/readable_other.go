//go:build !unix

package oci

import "net"

// readable cannot tell here and returns false. OCI Functions runs on Linux.
func readable(net.Conn) bool { return false }
