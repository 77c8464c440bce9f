package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sender-invitations/internal/ocitest"
)

// lab holds what all measurements share.
type lab struct {
	options
	stderr      io.Writer // for progress
	writing     sync.Mutex
	folder      string // of binaries and credentials
	certificate tls.Certificate
	settings    []string // of every program: credentials and certification authorities
	programs    []program
	number      atomic.Int64 // of the last requested invitation
	results     results
}

// newLab builds the programs, makes credentials and a certificate, and starts each program once.
func newLab(ctx context.Context, o options, stderr io.Writer) (_ *lab, err error) {
	l := &lab{options: o, stderr: stderr, programs: columns()}
	if l.folder, err = os.MkdirTemp("", "bench-"); err != nil {
		return nil, err
	}
	if err := errors.Join(l.build(ctx), l.prepare()); err != nil {
		return nil, errors.Join(err, l.close())
	}
	l.startEach(ctx)
	return l, nil
}

// build builds each program once, even if it is measured at two doors.
func (l *lab) build(ctx context.Context) error {
	var built []string
	for index := range l.programs {
		p := &l.programs[index]
		p.binary = filepath.Join(l.folder, filepath.Base(p.source), "program")
		if slices.Contains(built, p.source) {
			continue
		}
		l.progress("build %s", p.source)
		if err := p.build(ctx); err != nil {
			return err
		}
		built = append(built, p.source)
	}
	return nil
}

// prepare makes the certificate and the settings that all programs share. One set of credentials is enough, because the
// emulated OCIs do not check signatures.
func (l *lab) prepare() error {
	folder := filepath.Join(l.folder, "credentials")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	credentials, err := (&ocitest.Server{TokenLifetime: 24 * time.Hour}).IssueCredentials(folder)
	if err != nil {
		return err
	}
	bundle, err := l.systemAuthorities()
	if err != nil {
		return err
	}
	certificate, trust, err := newCertificate(l.folder, bundle)
	l.certificate, l.settings = certificate, append(credentials, trust...)
	return err
}

// startEach makes one call to each program, so that the files of all are cached before the first measurement. It only logs
// failures: they occur again and are then in the table.
func (l *lab) startEach(ctx context.Context) {
	for _, p := range l.programs {
		l.progress("start %s", p.name)
		if _, err := startOnce(ctx, l, p, near); err != nil {
			l.progress("start %s: %v", p.name, err)
		}
	}
}

func (l *lab) close() error { return os.RemoveAll(l.folder) }

// measureAll takes all measures of all programs, round by round, until ctx ends.
func (l *lab) measureAll(ctx context.Context) {
	for round := range l.rounds {
		for _, m := range measures() {
			if l.only.MatchString(m.name) && (m.rounds == 0 || round < m.rounds) {
				l.measure(ctx, round, m)
			}
		}
	}
}

// measure takes a measure of every program, together or in turn. In each round another program is first.
func (l *lab) measure(ctx context.Context, round int, m measure) {
	var all sync.WaitGroup
	first := round % len(l.programs)
	for _, p := range slices.Concat(l.programs[first:], l.programs[:first]) {
		switch {
		case m.of != nil && !m.of(p):
		case m.together:
			all.Go(func() { l.take(ctx, round, m, p) })
		default:
			l.take(ctx, round, m, p)
		}
	}
	all.Wait()
}

// take takes one measure of one program, and stores its figures or its error.
func (l *lab) take(ctx context.Context, round int, m measure, p program) {
	var got figures
	err := ctx.Err()
	if err == nil {
		l.progress("round %d of %d: %s, %s", round+1, l.rounds, m.name, p.name)
		got, err = m.run(ctx, l, p, m.place)
	}
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("round %d and on: %w", round+1, context.Cause(ctx))
	case err != nil:
		l.progress("%s, %s: %v", m.name, p.name, err)
	}
	l.results.add(round, p.name, m, got, err)
}

// progress writes a line to stderr.
func (l *lab) progress(format string, arguments ...any) {
	l.writing.Lock()
	defer l.writing.Unlock()
	fmt.Fprintf(l.stderr, time.Now().Format("15:04:05 ")+format+"\n", arguments...)
}
