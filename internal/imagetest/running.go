package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sender-invitations/handler/doctor"
	"sender-invitations/internal/fnhost"
)

// checks returns the checks of the running image.
func (s *stage) checks() []check {
	return []check{
		{"usage", s.usage}, {"doctor", s.doctor}, {"https", s.https}, {"wrong setting", s.wrongSetting},
		{"signup", s.signup}, {"deliveries", s.heavy}, {"requests", s.requests}, {"answers", s.answers},
	}
}

// usage checks that the function prints its usage when it is started by hand.
func (s *stage) usage(ctx context.Context) (string, error) {
	const first = "sender-invitations is a function for OCI Functions"
	_, stderr, status, err := s.container.Run(ctx, nil)
	if err != nil || status != 2 || !bytes.HasPrefix(stderr, []byte(first)) {
		return "", fmt.Errorf("without FN_LISTENER: exit status %d, %v, %s", status, err, stderr)
	}
	stdout, _, status, err := s.container.Run(ctx, nil, "--help")
	if err != nil || status != 0 || !bytes.HasPrefix(stdout, []byte(first)) {
		return "", fmt.Errorf("--help: exit status %d, %v, %s", status, err, stdout)
	}
	return "without FN_LISTENER exit status 2, with --help 0", nil
}

// doctor runs the doctor without settings and with correct ones.
func (s *stage) doctor(ctx context.Context) (string, error) {
	without, err := s.ask(ctx, s.container, nil)
	named := strings.Contains(without.Settings.Fault, "RESULT_TOPIC_OCID is required")
	if err != nil || without.status != 1 || without.OK || !named {
		return "", fmt.Errorf("without settings: %v %s", err, without)
	}
	with, err := s.ask(ctx, s.container, s.settings(s.plain.URL))
	if err != nil || with.status != 0 || !with.OK {
		return "", fmt.Errorf("with settings: %v %s", err, with)
	}
	if label := s.image.Config.Labels["org.opencontainers.image.version"]; label != with.Version {
		return "", fmt.Errorf("it is version %q, its label says %q", with.Version, label)
	}
	return fmt.Sprintf("version %s; without settings exit status 1, with them 0", with.Version), nil
}

// https checks that Go finds the image's bundle of certificates: a host is trusted only if its certificate is added to it.
func (s *stage) https(ctx context.Context) (string, error) {
	stranger, err := s.ask(ctx, s.container, s.settings(s.tls.URL))
	if err != nil || stranger.OK || !strings.Contains(stranger.Organizations.Fault, "its certificate is not trusted") {
		return "", fmt.Errorf("a host of an unknown authority: %v %s", err, stranger)
	}
	extended := filepath.Join(s.folder, "bundle")
	certificates := append(slices.Clone(s.image.files[bundle].content), s.certificate()...)
	if err := errors.Join(os.WriteFile(extended, certificates, 0o644), os.Chmod(extended, 0o644)); err != nil {
		return "", err
	}
	container := s.container
	container.Mounts = maps.Clone(container.Mounts)
	container.Mounts["/"+bundle] = extended
	known, err := s.ask(ctx, container, s.settings(s.tls.URL))
	if err != nil || !known.OK {
		return "", fmt.Errorf("a host of an authority in /%s: %v %s", bundle, err, known)
	}
	return "only hosts with certificates of authorities in /" + bundle + " are trusted", nil
}

// diagnosis is the doctor's answer.
type diagnosis struct {
	doctor.Report
	status int    // the exit status
	text   []byte // all output
}

func (d diagnosis) String() string { return fmt.Sprintf("exit status %d, %s", d.status, d.text) }

// ask runs the doctor.
func (s *stage) ask(ctx context.Context, container fnhost.Container, settings []string) (d diagnosis, err error) {
	stdout, stderr, status, err := container.Run(ctx, settings, "doctor")
	d.status, d.text = status, slices.Concat(stdout, stderr)
	if err == nil {
		err = json.Unmarshal(stdout, &d.Report)
	}
	return d, err
}

// wrongSetting checks that a start with a wrong setting fails and logs one line.
func (s *stage) wrongSetting(ctx context.Context) (string, error) {
	var log bytes.Buffer
	host := s.host(&log, s.settings(s.plain.URL, "READ_TIMEOUT=soon"))
	_, err := host.Invoke(ctx, fnhost.Call{Body: []byte(`{"operation": "list"}`)})
	if closing := host.Close(); closing != nil {
		return "", closing
	}
	const wanted = "502 FunctionInvokeContainerInitFail: the function ended before it listened: exit status 1"
	named := strings.Count(log.String(), "\n") == 1 && strings.Contains(log.String(), "READ_TIMEOUT takes a duration")
	if err == nil || err.Error() != wanted || !named {
		return "", fmt.Errorf("%v, %s", err, log.String())
	}
	return "exit status 1, and one line that names the setting", nil
}

// host returns a host that runs the image as the platform does.
func (s *stage) host(log *bytes.Buffer, settings []string) *fnhost.Host {
	container := s.container
	return &fnhost.Host{Container: &container, Env: settings, Stderr: log, Timeout: 5 * time.Minute, MaxProcesses: 1}
}
