package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// network is how far away OCI is.
type network struct {
	name      string // in the rows; "": on loopback, without TLS
	tls       bool
	roundTrip time.Duration
}

var (
	plain = network{}
	near  = network{"TLS", true, 0}
	far   = network{"TLS 20 ms", true, 20 * time.Millisecond}
	afar  = network{"TLS 50 ms", true, 50 * time.Millisecond}
)

// networks are all over which the programs are measured, in order.
var networks = []network{plain, near, far, afar}

// row is the name of a row, or of a measure, over the network.
func (n network) row(name string) string {
	if n.name == "" {
		return name
	}
	return n.name + ": " + name
}

// scale is how many of what is to be repeated are repeated over the network: over a far one, where each takes long and
// varies little, a few.
func (n network) scale(count int) int {
	if n.roundTrip == 0 {
		return count
	}
	return max(count/12, 1)
}

// serve serves the handler over the network at an address of its own, which it returns. HTTP/2 is not offered, as OCI's
// services do not offer it.
func (n network) serve(handler http.Handler, certificate tls.Certificate) (*http.Server, string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	address := listener.Addr().String()
	scheme := "http"
	if n.roundTrip > 0 {
		listener = distant{listener, n.roundTrip}
	}
	if n.tls {
		scheme = "https"
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
	}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }() // until it is closed
	return server, fmt.Sprintf("%s://%s", scheme, address), nil
}
