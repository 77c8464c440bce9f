//go:build !linux

package oci

import (
	"net"
	"time"
)

// endUnacknowledged does nothing: only Linux has such a limit. OCI Functions runs on Linux.
func endUnacknowledged(net.Conn, time.Duration) {}
