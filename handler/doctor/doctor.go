// Package doctor finds out what is wrong with a deployment, and what to do about it. It reads once from each service; it writes and
// publishes nothing.
package doctor

import (
	"context"
	"log/slog"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"

	"sender-invitations/handler/invitations"
	"sender-invitations/handler/oci"
	"sender-invitations/handler/publish"
	"sender-invitations/handler/settings"
)

// Patient is the function that is examined.
type Patient struct {
	Config  settings.Config
	Version string
	// Client is a new client, so that credentials and network are seen as they are now. Invitations and Publisher use it.
	Client      *oci.Client
	Invitations *invitations.Executor
	Publisher   *publish.Publisher
}

// Examine makes all checks, within ctx, and logs which ones found a fault.
func Examine(ctx context.Context, watch oci.Observer, patient Patient) Report {
	started := time.Now()
	defer patient.Client.HTTP.CloseIdleConnections()
	e := examination{Patient: patient, watch: watch, report: Report{Version: patient.Version}}
	unread := e.examine(ctx)
	e.report.settle()
	level := slog.LevelInfo
	attributes := []slog.Attr{slog.Bool("ok", e.report.OK), oci.Milliseconds("durationMs", time.Since(started))}
	if !e.report.OK {
		level = slog.LevelWarn
		attributes = append(attributes, slog.String("faults", e.report.faults()))
	}
	if unread != nil {
		attributes = append(attributes, slog.String("reason", oci.Reason(unread)))
	}
	watch.Log.LogAttrs(ctx, level, "doctor", attributes...)
	return e.report
}

// examination is one run of the checks.
type examination struct {
	Patient
	watch     oci.Observer
	report    Report
	principal CredentialsFound
	region    string // of the principal

	listing           *probe
	results, failures *destination
	approvals         *destination // nil if held events go to the destination of results
}

// examine makes all checks. It returns the error of reading the credentials.
func (e *examination) examine(ctx context.Context) (unread error) {
	e.results, e.failures, e.approvals = e.report.destinations(e.Config)
	e.checkSettings()
	e.checkRules()
	e.checkGuardrails()
	e.checkTracing(ctx)
	if err := e.readCredentials(ctx); err != nil {
		e.report.skip("the credentials cannot be read")
		return err
	}
	e.checkRegion()
	e.probe(ctx)
	e.checkCredentials()
	e.checkOrganizations()
	e.checkDestinations()
	return nil
}

// readCredentials reads the credentials until ctx ends. The SDK takes no deadline, and needs long to find that there is no instance
// principal.
func (e *examination) readCredentials(ctx context.Context) error {
	type credentials struct {
		provider common.ConfigurationProvider
		err      error
	}
	read := make(chan credentials, 1)
	go func() {
		provider, err := e.Client.Read()
		read <- credentials{provider, err}
	}()
	var got credentials
	select {
	case got = <-read:
	case <-ctx.Done():
		got.err = errLateReading
	}
	if got.err != nil {
		e.report.Credentials.fail(unreadable(e.Config, got.err))
		e.report.Credentials.Found = CredentialsFound{Auth: e.Config.Auth}
		return got.err
	}
	e.principal, e.region = principalOf(e.Config, got.provider)
	return nil
}
