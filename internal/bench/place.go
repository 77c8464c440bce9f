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

// place describes where a program runs: how far from OCI, and with how many CPUs.
type place struct {
	name      string // in the names of rows; "" on loopback without TLS
	tls       bool
	roundTrip time.Duration
	oneCPU    bool
}

// The function sets GOMAXPROCS=1 if it is deployed with at most one CPU. At single, all programs have that setting.
var (
	plain  = place{}
	single = place{name: "one CPU", oneCPU: true}
	near   = place{name: "TLS", tls: true}
	far    = place{name: "TLS 20 ms", tls: true, roundTrip: 20 * time.Millisecond}
	afar   = place{name: "TLS 50 ms", tls: true, roundTrip: 50 * time.Millisecond}
)

// places lists all places, in the order of the table.
var places = []place{plain, single, near, far, afar}

// row returns the name of a row, or of a measure, at the place.
func (at place) row(name string) string {
	if at.name == "" {
		return name
	}
	return at.name + ": " + name
}

// scale returns the number of repetitions at the place. Far away there are few, because each takes long and varies little.
func (at place) scale(count int) int {
	if at.roundTrip == 0 {
		return count
	}
	return max(count/12, 1)
}

// settings returns the settings of a program at the place.
func (at place) settings() []string {
	if at.oneCPU {
		return []string{"GOMAXPROCS=1"}
	}
	return nil
}

// serve serves the handler at a new address, which it returns. It does not offer HTTP/2, for OCI's services do not.
func (at place) serve(handler http.Handler, certificate tls.Certificate) (*http.Server, string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	address := listener.Addr().String()
	scheme := "http"
	if at.roundTrip > 0 {
		listener = distant{listener, at.roundTrip}
	}
	if at.tls {
		scheme = "https"
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
	}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }() // until it is closed
	return server, fmt.Sprintf("%s://%s", scheme, address), nil
}
