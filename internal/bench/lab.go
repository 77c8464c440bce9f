package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"sender-invitations/internal/ocitest"
)

// lab is what all measurements share.
type lab struct {
	options
	folder      string // of binaries and credentials
	credentials []string
	programs    []program
	number      atomic.Int64 // of the last invitation that was asked for
	results     results
}

// newLab builds the programs and makes the credentials. A program that cannot be built is told of in the results.
func newLab(ctx context.Context, o options) (_ *lab, err error) {
	l := &lab{options: o, programs: columns()}
	if l.folder, err = os.MkdirTemp("", "bench-"); err != nil {
		return nil, err
	}
	for index := range l.programs {
		p := &l.programs[index]
		l.progress("build %s", p.name)
		if err := p.build(ctx, l.folder); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	folder := filepath.Join(l.folder, "credentials")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, errors.Join(err, l.close())
	}
	// Signatures are not checked, so one set of credentials serves all the emulated OCIs.
	l.credentials, err = (&ocitest.Server{TokenLifetime: 24 * time.Hour}).IssueCredentials(folder)
	return l, err
}

func (l *lab) close() error { return os.RemoveAll(l.folder) }

// measureAll takes every measure of every program in turn, round by round, until ctx ends.
func (l *lab) measureAll(ctx context.Context) {
	for round := range l.rounds {
		for _, m := range measures() {
			if !l.wants(m) || round > 0 && m.once {
				continue
			}
			for _, p := range l.programs {
				if m.of == nil || m.of(p) {
					l.take(ctx, round, m, p)
				}
			}
		}
	}
}

// take takes one measure of one program, and keeps its figures or what went wrong.
func (l *lab) take(ctx context.Context, round int, m measure, p program) {
	l.progress("round %d of %d: %s, %s", round+1, l.rounds, m.name, p.name)
	got, err := m.run(ctx, l, p)
	if ctx.Err() != nil {
		err = errors.New("not measured: the time ran out")
	}
	if err != nil {
		l.progress("%s, %s: %v", m.name, p.name, err)
	}
	l.results.add(round, p.name, m.rows, got, err)
}

// progress writes a line for who waits.
func (l *lab) progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", arguments...)
}
