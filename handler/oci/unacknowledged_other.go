//go:build !linux

package oci

import (
	"syscall"
	"time"
)

// endUnacknowledged returns nil: only Linux has such a limit. OCI Functions runs on Linux.
func endUnacknowledged(time.Duration) func(network, address string, raw syscall.RawConn) error {
	return nil
}
