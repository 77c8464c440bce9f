package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"sender-invitations/internal/fnhost"
	"sender-invitations/internal/ocitest"
)

const topic = "ocid1.onstopic.oc1.iad.aaaaaaaaresults"

// bed is one program on a host of its own, against an emulated OCI of its own.
type bed struct {
	program program
	oci     *ocitest.Server
	host    *fnhost.Host
	log     tail
	number  func() int64
	servers []*http.Server
	asked   int // for invitations
}

// newBed makes a bed. The program starts with the first call, or with start.
func (l *lab) newBed(p program) (*bed, error) {
	b := &bed{program: p, oci: &ocitest.Server{SkipSignatures: true}, number: func() int64 { return l.number.Add(1) }}
	organizations, err := b.serve()
	if err != nil {
		return nil, err
	}
	notifications, err := b.serve()
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	b.host = &fnhost.Host{
		Command: []string{p.binary}, MaxProcesses: 1, Timeout: 5 * time.Minute, Stderr: &b.log,
		Env: append([]string{"ORGANIZATIONS_ENDPOINT=" + organizations, "NOTIFICATIONS_ENDPOINT=" + notifications,
			"RESULT_TOPIC_OCID=" + topic}, l.credentials...),
	}
	return b, nil
}

// serve serves the emulated OCI at an address of its own, which it returns.
func (b *bed) serve() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: b.oci, ErrorLog: log.New(io.Discard, "", 0)}
	b.servers = append(b.servers, server)
	go func() { _ = server.Serve(listener) }() // until close
	return "http://" + listener.Addr().String(), nil
}

func (b *bed) close() (err error) {
	if b.host != nil {
		err = b.host.Close()
	}
	for _, server := range b.servers {
		err = errors.Join(err, server.Close())
	}
	return err
}

// call makes one call and returns what it took, in ms.
func (b *bed) call(ctx context.Context) (float64, error) {
	call := b.program.door(b.number())
	b.asked++
	begin := time.Now()
	answer, err := b.host.Invoke(ctx, call)
	took := milliseconds(time.Since(begin))
	switch status := answer.Header.Get("Fn-Http-Status"); {
	case err != nil:
		return took, fmt.Errorf("%w; its log ends with %q", err, b.log.String())
	case status != "" && status != "200":
		return took, fmt.Errorf("answered %s: %s", status, answer.Body)
	}
	return took, nil
}

// calls makes calls one after the other and returns what each took, in ms.
func (b *bed) calls(ctx context.Context, count int) ([]float64, error) {
	took := make([]float64, count)
	for index := range took {
		var err error
		if took[index], err = b.call(ctx); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// signed is how many requests reached OCI so far.
func (b *bed) signed() int { return len(b.oci.Calls()) }

// check holds what came to OCI against what was asked for: a fast answer of nothing done is none.
func (b *bed) check() error {
	if b.program.idle {
		return nil
	}
	for _, call := range b.oci.Calls() {
		if call.Status >= 300 {
			return fmt.Errorf("OCI answered %s %s with %d", call.Method, call.Path, call.Status)
		}
	}
	if made, told := len(b.oci.Invitations()), len(b.oci.Messages()); made != b.asked || told != b.asked {
		return fmt.Errorf("%d calls made %d invitations and published %d; its log ends with %q", b.asked, made, told, b.log.String())
	}
	return nil
}

// pid is the process id of the program.
func (b *bed) pid() int {
	for _, p := range b.host.Running() {
		return p.PID
	}
	return 0
}
